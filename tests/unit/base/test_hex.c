/* SPDX-License-Identifier: BSD-3-Clause */
#include "hex.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void decodes_either_case(void **state)
{
	uint8_t out[3];

	(void)state;
	assert_int_equal(hex_decode("00fFA5", 6, out, 3), 0);
	assert_memory_equal(out, "\x00\xff\xa5", 3);
}

static void refuses_wrong_length_and_digits(void **state)
{
	static const char *const bad[] = {"", "0", "00f", "00ff0", "00fg", " 0ff", "00ff00"};
	uint8_t out[2] = {7, 7};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(hex_decode(bad[i], strlen(bad[i]), out, 2), -EINVAL);
	assert_memory_equal(out, "\7\7", 2);
}

static void encodes_lower_case(void **state)
{
	char out[5];

	(void)state;
	hex_encode((const uint8_t *)"\xab\x01", 2, out);
	assert_string_equal(out, "ab01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_either_case),
		cmocka_unit_test(refuses_wrong_length_and_digits),
		cmocka_unit_test(encodes_lower_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
