/* SPDX-License-Identifier: BSD-3-Clause */
/* Identifications: classes of IPv4's, and IPv6's that tell nobody of the next one. */
#include "fragment_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const uint64_t seed[FRAGMENT_ID_SEED_WORDS] = {0x1f3a, 0x5b57, 0xc2e7ac90, 0x77d1};

/* All of a class come before one comes again. */
static void classes_never_meet(void **state)
{
	struct fragment_ids ids;

	(void)state;
	fragment_id_init(&ids, seed, 0x7ff0);
	for (unsigned i = 0; i < 0x20000; i++) {
		uint16_t count = (0x7ff0 + i) % FRAGMENT_ID_VERIFIED;

		assert_int_equal(fragment_id_ipv4(&ids, true), FRAGMENT_ID_VERIFIED | count);
		assert_int_equal(fragment_id_ipv4(&ids, false), count);
	}
}

/* However many the other class takes. */
static void a_flood_does_not_move_the_verified(void **state)
{
	struct fragment_ids ids;

	(void)state;
	fragment_id_init(&ids, seed, 5);
	assert_int_equal(fragment_id_ipv4(&ids, true), 0x8005);
	for (unsigned i = 0; i < 0x7fff; i++)
		(void)fragment_id_ipv4(&ids, false);
	assert_int_equal(fragment_id_ipv4(&ids, true), 0x8006);
}

/* RFC 7739 §5.3. */
static void each_target_has_its_row(void **state)
{
	static const uint8_t source[16] = {0x20, 1};
	struct fragment_ids ids;
	uint32_t apart = 0;

	(void)state;
	fragment_id_init(&ids, seed, 0xfffffffe);
	for (unsigned i = 0; i < 64; i++) {
		const uint8_t target[16] = {0x20, 1, [15] = (uint8_t)i};
		const uint8_t next[16] = {0x20, 1, [15] = (uint8_t)(i + 1)};
		uint32_t first = fragment_id_ipv6(&ids, source, target);

		assert_int_equal(fragment_id_ipv6(&ids, source, target), first + 1);
		apart += fragment_id_ipv6(&ids, source, next) - first > 0x10000;
	}
	assert_true(apart > 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"INT-3 classes never meet", classes_never_meet, NULL, NULL, NULL},
		{"INT-3 a flood does not move the verified", a_flood_does_not_move_the_verified,
			NULL, NULL, NULL},
		{"P-ESP each target has its row", each_target_has_its_row, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
