/* SPDX-License-Identifier: BSD-3-Clause */
#include "aka_nonce.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "../vectors.h"

static void known_nonces(void **state)
{
	json_t *root = vectors_load("aka-digest.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(vectors_get(root, "cases"), i, one)
	{
		uint8_t rand[16], autn[16], got_rand[16], got_autn[16], auts[14], got_auts[14];
		json_t *sync = vectors_get(one, "sync_failure");
		const char *nonce = vectors_text(one, "nonce");
		const char *auts_text = vectors_text(sync, "auts");
		char text[AKA_NONCE_TEXT + 1];

		vectors_hex(one, "rand", rand, 16);
		vectors_hex(one, "autn", autn, 16);
		aka_nonce_print(rand, autn, text);
		assert_string_equal(text, nonce);
		assert_int_equal(aka_nonce_parse(nonce, strlen(nonce), got_rand, got_autn), 0);
		assert_memory_equal(got_rand, rand, 16);
		assert_memory_equal(got_autn, autn, 16);

		vectors_hex(sync, "auts_hex", auts, 14);
		aka_auts_print(auts, text);
		assert_string_equal(text, auts_text);
		assert_int_equal(aka_auts_parse(auts_text, strlen(auts_text), got_auts), 0);
		assert_memory_equal(got_auts, auts, 14);
	}
	assert_int_equal(i, 4);
	json_decref(root);
}

static int parse_nonce_of(size_t octet_count)
{
	static const uint8_t octets[AKA_NONCE_MAX + 1];
	char text[BASE64_TEXT_LEN(sizeof(octets)) + 1];
	uint8_t rand[16], autn[16];

	base64_encode(octets, octet_count, text);
	return aka_nonce_parse(text, strlen(text), rand, autn);
}

static void nonce_lengths(void **state)
{
	(void)state;
	assert_int_equal(parse_nonce_of(0), -EMSGSIZE);
	assert_int_equal(parse_nonce_of(31), -EMSGSIZE);
	assert_int_equal(parse_nonce_of(32), 0);
	assert_int_equal(parse_nonce_of(33), 0);
	assert_int_equal(parse_nonce_of(AKA_NONCE_MAX), 0);
	assert_int_equal(parse_nonce_of(AKA_NONCE_MAX + 1), -EMSGSIZE);
}

static int parse_auts_of(size_t octet_count)
{
	static const uint8_t octets[64];
	char text[BASE64_TEXT_LEN(sizeof(octets)) + 1];
	uint8_t auts[14];

	base64_encode(octets, octet_count, text);
	return aka_auts_parse(text, strlen(text), auts);
}

static void auts_lengths(void **state)
{
	(void)state;
	assert_int_equal(parse_auts_of(0), -EMSGSIZE);
	assert_int_equal(parse_auts_of(13), -EMSGSIZE);
	assert_int_equal(parse_auts_of(14), 0);
	assert_int_equal(parse_auts_of(15), -EMSGSIZE);
	assert_int_equal(parse_auts_of(64), -EMSGSIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-DIG nonce and auts as text", known_nonces, NULL, NULL, NULL},
		{"AKA-6 short and long nonces are refused", nonce_lengths, NULL, NULL, NULL},
		{"AKA-6 short and long auts are refused", auts_lengths, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
