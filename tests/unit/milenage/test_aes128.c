/* SPDX-License-Identifier: BSD-3-Clause */
#include "aes128.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../vectors.h"

/* FIPS 197 Appendix C.1 */
static void fips197(void **state)
{
	struct aes128 *aes = aes128_create();
	uint8_t key[16], block[16], want[16], out[16];
	struct aes128_key expanded;

	(void)state;
	assert_non_null(aes);
	assert_int_equal(hex_decode("000102030405060708090a0b0c0d0e0f", 32, key, 16), 0);
	assert_int_equal(hex_decode("00112233445566778899aabbccddeeff", 32, block, 16), 0);
	assert_int_equal(hex_decode("69c4e0d86a7b0430d8cdb78070b4c55a", 32, want, 16), 0);
	aes128_expand(aes, key, &expanded);
	aes128_encrypt(aes, &expanded, block, out);
	assert_memory_equal(out, want, 16);
	aes128_encrypt(aes, &expanded, block, block);
	assert_memory_equal(block, want, 16);
	aes128_free(aes);
}

/* The kernel function in the test data of TS 35.207 §3 */
static void rijndael_kernel(void **state)
{
	json_t *root = vectors_load("milenage-ts35208.json");
	json_t *sets = vectors_get(vectors_get(root, "rijndael_kernel"), "sets"), *set;
	struct aes128 *aes = aes128_create();
	uint8_t key[16], block[16], want[16];
	struct aes128_key expanded;
	size_t i;

	(void)state;
	assert_non_null(aes);
	assert_true(json_array_size(sets) > 0);
	json_array_foreach(sets, i, set)
	{
		vectors_hex(set, "key", key, 16);
		vectors_hex(set, "plaintext", block, 16);
		vectors_hex(set, "ciphertext", want, 16);
		aes128_expand(aes, key, &expanded);
		aes128_encrypt(aes, &expanded, block, block);
		assert_memory_equal(block, want, 16);
	}
	aes128_free(aes);
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"AKA-2 FIPS 197 C.1", fips197, NULL, NULL, NULL},
		{"AKA-2 TS 35.207 kernel function", rijndael_kernel, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
