/* SPDX-License-Identifier: BSD-3-Clause */
#include "esp_key.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define IK "\xf7\x69\xbc\xd7\x51\x04\x46\x04\x12\x76\x72\x71\x1c\x6d\x34\x41"

static void expands_by_algorithm(void **state)
{
	struct secret ik = {.len = 0}, key = {.len = 0};

	(void)state;
	assert_int_equal(secret_set(&ik, IK, 16), 0);
	memset(key.bytes, 0xff, sizeof(key.bytes));
	assert_int_equal(esp_key_expand(&ik, ESP_KEY_SHA_1_96_LEN, &key), 0);
	assert_int_equal(key.len, 20);
	assert_memory_equal(key.bytes, IK "\0\0\0\0", 20);
	assert_int_equal(esp_key_expand(&ik, ESP_KEY_MD5_96_LEN, &key), 0);
	assert_int_equal(key.len, 16);
	assert_memory_equal(key.bytes, IK, 16);
}

static void refuses_other_lengths(void **state)
{
	struct secret ik = {.len = 15}, key = {.bytes = {7}, .len = 1};

	(void)state;
	assert_int_equal(esp_key_expand(&ik, 16, &key), -EINVAL);
	ik.len = 17;
	assert_int_equal(esp_key_expand(&ik, 16, &key), -EINVAL);
	ik.len = 16;
	assert_int_equal(esp_key_expand(&ik, 0, &key), -EINVAL);
	assert_int_equal(esp_key_expand(&ik, 15, &key), -EINVAL);
	assert_int_equal(esp_key_expand(&ik, 24, &key), -EINVAL);
	assert_int_equal(key.bytes[0], 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-KEY IK_ESP of both algorithms", expands_by_algorithm, NULL, NULL, NULL},
		{"AKA-6 IK of another length", refuses_other_lengths, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
