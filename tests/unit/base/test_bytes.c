/* SPDX-License-Identifier: BSD-3-Clause */
#include "bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void network_order_at_any_place(void **state)
{
	uint8_t octets[8] = {0};

	(void)state;
	bytes_store_be16(octets + 1, 0x1234);
	assert_memory_equal(octets, "\0\x12\x34\0\0\0\0", 8);
	assert_int_equal(bytes_load_be16(octets + 1), 0x1234);
	bytes_store_be32(octets + 1, 0x89abcdef);
	assert_memory_equal(octets, "\0\x89\xab\xcd\xef\0\0", 8);
	assert_int_equal(bytes_load_be32(octets + 1), 0x89abcdef);
	bytes_store_be48(octets + 1, 0xfedcba987654);
	assert_memory_equal(octets, "\0\xfe\xdc\xba\x98\x76\x54", 8);
	assert_int_equal(bytes_load_be48(octets + 1), 0xfedcba987654);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(network_order_at_any_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
