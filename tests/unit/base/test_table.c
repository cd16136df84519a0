/* SPDX-License-Identifier: BSD-3-Clause */
#include "table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void equal_keys_hash_alike_and_others_spread(void **state)
{
	char key[20] = {0};
	unsigned buckets[256] = {0}, fullest = 0;

	(void)state;
	for (size_t len = 0; len <= sizeof(key); len++)
		assert_int_equal(table_hash(key, len), table_hash(key, len));
	for (unsigned i = 0; i < 65536; i++) {
		memcpy(key, &i, sizeof(i));
		buckets[table_hash(key, sizeof(key)) % 256]++;
	}
	/* 256 each on average, standard deviation 16. */
	for (unsigned i = 0; i < 256; i++)
		fullest = buckets[i] > fullest ? buckets[i] : fullest;
	assert_in_range(fullest, 256, 400);
}

static void length_and_every_octet_count(void **state)
{
	char key[24];
	uint32_t seen[2 * sizeof(key) + 1];
	size_t count = 0;

	(void)state;
	memset(key, 0, sizeof(key));
	for (size_t len = 0; len <= sizeof(key); len++)
		seen[count++] = table_hash(key, len);
	for (size_t i = 0; i < sizeof(key); i++) {
		key[i] = 1;
		seen[count++] = table_hash(key, sizeof(key));
		key[i] = 0;
	}
	/* 49 values of 32 bits: a collision by chance is one in 3.6 million runs. */
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(seen[i], seen[k]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_keys_hash_alike_and_others_spread),
		cmocka_unit_test(length_and_every_octet_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
