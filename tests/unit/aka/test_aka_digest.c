/* SPDX-License-Identifier: BSD-3-Clause */
#include "aka_digest.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "../vectors.h"

static struct aka_text text_of(const char *text)
{
	return (struct aka_text){text, strlen(text)};
}

static struct aka_digest digest_of(const json_t *one, const json_t *form)
{
	struct aka_digest digest = {
		.username = text_of(vectors_text(one, "username")),
		.realm = text_of(vectors_text(one, "realm")),
		.uri = text_of(vectors_text(one, "digest_uri")),
		.nonce = text_of(vectors_text(one, "nonce")),
		.method = text_of(vectors_text(one, "method")),
	};

	if (json_is_string(vectors_get(form, "qop"))) {
		const char *qop = vectors_text(form, "qop");

		assert_int_equal(aka_qop_parse(qop, strlen(qop), &digest.qop), 0);
		digest.nc = text_of(vectors_text(form, "nc"));
		digest.cnonce = text_of(vectors_text(form, "cnonce"));
		digest.body = text_of("");
	}
	return digest;
}

/* All forms of all cases with the right RES, and with one changed bit. */
static void known_responses(void **state)
{
	json_t *root = vectors_load("aka-digest.json"), *one, *form;
	size_t i, forms = 0;
	const char *name;

	(void)state;
	json_array_foreach(vectors_get(root, "cases"), i, one)
	{
		uint8_t res[8];

		vectors_hex(one, "res", res, 8);
		json_object_foreach(vectors_get(one, "success"), name, form)
		{
			struct aka_digest digest = digest_of(one, form);
			const char *want = vectors_text(form, "response");
			char got[AKA_DIGEST_LEN + 1];

			print_message("# %s %s\n", vectors_text(one, "name"), name);
			aka_digest_response(&digest, res, 8, got);
			assert_string_equal(got, want);
			assert_int_equal(aka_digest_verify(&digest, res, 8, text_of(want)), 0);
			res[0] ^= 0x80;
			assert_int_equal(
				aka_digest_verify(&digest, res, 8, text_of(want)), -EACCES);
			res[0] ^= 0x80;
			forms++;
		}
	}
	assert_int_equal(i, 4);
	assert_int_equal(forms, 12);
	json_decref(root);
}

static void wrong_passwords(void **state)
{
	json_t *root = vectors_load("aka-digest.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(vectors_get(root, "cases"), i, one)
	{
		struct aka_digest digest =
			digest_of(one, vectors_get(vectors_get(one, "success"), "qop_auth"));
		const char *flipped = vectors_text(one, "wrong_res_first_bit_flipped_qop_auth");
		const char *as_text = vectors_text(one, "wrong_password_hex_text_of_res_qop_auth");
		uint8_t res[8];

		vectors_hex(one, "res", res, 8);
		assert_int_equal(aka_digest_verify(&digest, res, 8, text_of(flipped)), -EACCES);
		assert_int_equal(aka_digest_verify(&digest, res, 8, text_of(as_text)), -EACCES);
	}
	json_decref(root);
}

static void response_beside_auts(void **state)
{
	json_t *root = vectors_load("aka-digest.json"), *one, *form;
	const char *name;
	size_t i;

	(void)state;
	json_array_foreach(vectors_get(root, "cases"), i, one)
	{
		json_t *sync = vectors_get(one, "sync_failure");

		json_object_foreach(vectors_get(sync, "response"), name, form)
		{
			struct aka_digest digest = digest_of(one, form);
			char got[AKA_DIGEST_LEN + 1];

			aka_digest_response(&digest, NULL, 0, got);
			assert_string_equal(got, vectors_text(form, "response"));
		}
	}
	json_decref(root);
}

/* RFC 2617 §3.5: the same function with a password of text */
static void rfc2617_example(void **state)
{
	struct aka_digest digest = {
		.username = text_of("Mufasa"),
		.realm = text_of("testrealm@host.com"),
		.uri = text_of("/dir/index.html"),
		.nonce = text_of("dcd98b7102dd2f0e8b11d0f600bfb0c093"),
		.method = text_of("GET"),
		.qop = AKA_QOP_AUTH,
		.nc = text_of("00000001"),
		.cnonce = text_of("0a4f113b"),
	};

	(void)state;
	assert_int_equal(aka_digest_verify(&digest, (const uint8_t *)"Circle Of Life", 14,
				 text_of("6629fae49393a05397450978507c4ef1")),
		0);
}

/* RFC 2617 §3.2.2.3; the answer was worked out with Python's hashlib. */
static void body_counts_with_auth_int(void **state)
{
	struct aka_digest digest = {
		.username = text_of("u@h"),
		.realm = text_of("h"),
		.uri = text_of("sip:h"),
		.nonce = text_of("n"),
		.method = text_of("REGISTER"),
		.qop = AKA_QOP_AUTH_INT,
		.nc = text_of("00000001"),
		.cnonce = text_of("c"),
		.body = text_of("v=0"),
	};
	char first[AKA_DIGEST_LEN + 1], second[AKA_DIGEST_LEN + 1];

	(void)state;
	aka_digest_response(&digest, (const uint8_t *)"r", 1, first);
	assert_string_equal(first, "564e2b27c6067a71b6650601a5e2b29f");
	digest.body = text_of("v=1");
	aka_digest_response(&digest, (const uint8_t *)"r", 1, second);
	assert_string_not_equal(first, second);
}

static void refuses_what_is_malformed(void **state)
{
	const char *response = "6629fae49393a05397450978507c4ef1";
	const struct aka_digest good = {
		.username = text_of("u@h"),
		.realm = text_of("h"),
		.uri = text_of("sip:h"),
		.method = text_of("REGISTER"),
		.qop = AKA_QOP_AUTH,
		.nc = text_of("0000000f"),
		.cnonce = text_of("c"),
	};
	struct aka_digest bad[9];

	(void)state;
	assert_int_equal(aka_digest_check(&good), 0);
	for (size_t i = 0; i < 9; i++)
		bad[i] = good;
	bad[0].username.len = 0;
	bad[1].realm.len = 0;
	bad[2].uri.len = 0;
	bad[3].method.len = 0;
	bad[4].nc = text_of("");
	bad[5].nc = text_of("0000001");
	bad[6].nc = text_of("000000001");
	bad[7].nc = text_of("0000000g");
	bad[8].cnonce = text_of("");
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(aka_digest_check(&bad[i]), -EINVAL);
		assert_int_equal(aka_digest_verify(&bad[i], NULL, 0, text_of(response)), -EINVAL);
	}
	assert_int_equal(aka_digest_verify(&good, NULL, 0, text_of("")), -EINVAL);
	assert_int_equal(
		aka_digest_verify(&good, NULL, 0, (struct aka_text){response, 31}), -EINVAL);
	assert_int_equal(
		aka_digest_verify(&good, NULL, 0, text_of("6629fae49393a05397450978507c4ef10")),
		-EINVAL);
}

static void every_digit_counts(void **state)
{
	struct aka_digest digest = {
		.username = text_of("u@h"),
		.realm = text_of("h"),
		.uri = text_of("sip:h"),
		.nonce = text_of("n"),
		.method = text_of("REGISTER"),
	};
	char response[AKA_DIGEST_LEN + 1];

	(void)state;
	aka_digest_response(&digest, (const uint8_t *)"r", 1, response);
	assert_int_equal(aka_digest_verify(&digest, (const uint8_t *)"r", 1, text_of(response)), 0);
	for (unsigned i = 0; i < AKA_DIGEST_LEN; i++) {
		response[i] ^= 1;
		assert_int_equal(
			aka_digest_verify(&digest, (const uint8_t *)"r", 1, text_of(response)),
			-EACCES);
		response[i] ^= 1;
	}
}

static void qop_names(void **state)
{
	enum aka_qop qop = AKA_QOP_NONE;

	(void)state;
	assert_int_equal(aka_qop_parse("AUTH", 4, &qop), 0);
	assert_int_equal(qop, AKA_QOP_AUTH);
	assert_int_equal(aka_qop_parse("auth-int", 8, &qop), 0);
	assert_int_equal(qop, AKA_QOP_AUTH_INT);
	assert_int_equal(aka_qop_parse("", 0, &qop), -EINVAL);
	assert_int_equal(aka_qop_parse("auth-", 5, &qop), -EINVAL);
	assert_int_equal(aka_qop_parse("auth,auth-int", 13, &qop), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-DIG responses of all cases, RES with NUL too", known_responses, NULL, NULL,
			NULL},
		{"E-2 P-DIG wrong RES", wrong_passwords, NULL, NULL, NULL},
		{"C-SM7 P-DIG the response beside an auts", response_beside_auts, NULL, NULL, NULL},
		{"P-DIG RFC 2617 example", rfc2617_example, NULL, NULL, NULL},
		{"P-DIG auth-int covers the body", body_counts_with_auth_int, NULL, NULL, NULL},
		{"AKA-6 malformed digests are refused", refuses_what_is_malformed, NULL, NULL,
			NULL},
		{"P-DIG every digit of a response counts", every_digit_counts, NULL, NULL, NULL},
		{"P-DIG names of qop", qop_names, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
