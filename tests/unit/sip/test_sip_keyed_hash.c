/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_keyed_hash.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "../vectors.h"

/* Each case in one piece, and cut in two at every place. */
static void known_answers(void **state)
{
	json_t *root = vectors_load("siphash-2-4-128.json"), *entry;
	uint8_t key[SIP_KEYED_HASH_LEN], expected[SIP_KEYED_HASH_LEN], hash[SIP_KEYED_HASH_LEN];
	uint8_t input[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(input); i++)
		input[i] = (uint8_t)i;
	vectors_hex(root, "key", key, sizeof(key));
	assert_true(json_array_size(vectors_get(root, "cases")) > 0);
	json_array_foreach(vectors_get(root, "cases"), i, entry)
	{
		size_t len = (size_t)json_integer_value(vectors_get(entry, "len"));

		assert_true(len <= sizeof(input));
		vectors_hex(entry, "hash", expected, sizeof(expected));
		for (size_t cut = 0; cut <= len; cut++) {
			struct sip_keyed_hash state_of;

			sip_keyed_hash_start(&state_of, key);
			sip_keyed_hash_add(&state_of, input, cut);
			sip_keyed_hash_add(&state_of, input + cut, len - cut);
			sip_keyed_hash_end(&state_of, hash);
			assert_memory_equal(hash, expected, sizeof(hash));
		}
	}
	json_decref(root);
}

static void texts_do_not_run_together(void **state)
{
	static const uint8_t key[SIP_KEYED_HASH_LEN];
	uint8_t a[SIP_KEYED_HASH_LEN], b[SIP_KEYED_HASH_LEN];
	struct sip_keyed_hash hash;

	(void)state;
	sip_keyed_hash_start(&hash, key);
	sip_keyed_hash_add_text(&hash, sip_text("ab"));
	sip_keyed_hash_add_text(&hash, sip_text("c"));
	sip_keyed_hash_end(&hash, a);
	sip_keyed_hash_start(&hash, key);
	sip_keyed_hash_add_text(&hash, sip_text("a"));
	sip_keyed_hash_add_text(&hash, sip_text("bc"));
	sip_keyed_hash_end(&hash, b);
	assert_memory_not_equal(a, b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(texts_do_not_run_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
