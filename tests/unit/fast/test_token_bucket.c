/* SPDX-License-Identifier: BSD-3-Clause */
#include "token_bucket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TICKS 2600000000u /* a second */

static unsigned take_all(struct token_bucket *bucket, uint64_t now, unsigned tries)
{
	unsigned taken = 0;

	for (unsigned i = 0; i < tries; i++)
		taken += token_bucket_take(bucket, now);
	return taken;
}

static void one_second_at_once_then_the_rate(void **state)
{
	struct token_bucket bucket;
	uint64_t now = 77;
	unsigned taken = 0;

	(void)state;
	token_bucket_init(&bucket, 100, TICKS, now);
	assert_int_equal(take_all(&bucket, now, 1000), 100);
	for (unsigned i = 0; i < 10000; i++) { /* a second in ten thousand steps */
		now += TICKS / 10000;
		taken += take_all(&bucket, now, 3);
	}
	assert_int_equal(taken, 100);
	now += 3600ull * TICKS; /* an hour of silence fills it once */
	assert_int_equal(take_all(&bucket, now, 1000), 100);
}

static void rate_zero_is_unlimited(void **state)
{
	struct token_bucket bucket;

	(void)state;
	token_bucket_init(&bucket, 0, TICKS, 0);
	assert_int_equal(take_all(&bucket, 0, 100000), 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-PORT one second at once, then the rate", one_second_at_once_then_the_rate, NULL,
			NULL, NULL},
		{"P-PORT rate 0 is unlimited", rate_zero_is_unlimited, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
