/* SPDX-License-Identifier: BSD-3-Clause */
#include "secret.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void set_replaces_all(void **state)
{
	struct secret secret = {.len = 0}, want = {.bytes = {9}, .len = 1};

	(void)state;
	assert_int_equal(secret_set(&secret, "0123456789abcdef0123456789abcdef", SECRET_MAX), 0);
	assert_int_equal(secret.len, SECRET_MAX);
	assert_memory_equal(secret.bytes, "0123456789abcdef0123456789abcdef", SECRET_MAX);
	assert_int_equal(secret_set(&secret, "\t", 1), 0);
	assert_memory_equal(&secret, &want, sizeof(want));
	assert_int_equal(secret_set(&secret, "", 0), 0);
	assert_int_equal(secret.len, 0);
}

static void too_long_changes_nothing(void **state)
{
	static const uint8_t octets[SECRET_MAX + 1] = {1};
	struct secret secret = {.bytes = {9}, .len = 1}, before = secret;

	(void)state;
	assert_int_equal(secret_set(&secret, octets, sizeof(octets)), -EINVAL);
	assert_memory_equal(&secret, &before, sizeof(before));
}

static void wipe_leaves_zeros(void **state)
{
	struct secret secret, zeros;
	uint8_t octets[3] = {1, 2, 3};

	(void)state;
	memset(&secret, 0xff, sizeof(secret));
	memset(&zeros, 0, sizeof(zeros));
	secret_wipe(&secret);
	assert_memory_equal(&secret, &zeros, sizeof(zeros));
	secret_wipe_bytes(octets, 2);
	assert_memory_equal(octets, "\0\0\3", 3);
}

static void equal_sees_every_bit(void **state)
{
	uint8_t a[12] = {1, 2, 3}, b[12] = {1, 2, 3};

	(void)state;
	assert_true(secret_equal_bytes(a, b, sizeof(a)));
	assert_true(secret_equal_bytes(a, b, 0));
	for (unsigned bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(secret_equal_bytes(a, b, sizeof(a)));
		assert_true(secret_equal_bytes(a, b, bit / 8));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_replaces_all),
		cmocka_unit_test(too_long_changes_nothing),
		cmocka_unit_test(wipe_leaves_zeros),
		cmocka_unit_test(equal_sees_every_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
