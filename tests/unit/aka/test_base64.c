/* SPDX-License-Identifier: BSD-3-Clause */
#include "base64.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* RFC 4648 §10 */
static const char *const known[][2] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
};

static void rfc4648(void **state)
{
	char text[BASE64_TEXT_LEN(6) + 1];
	uint8_t octets[6];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		base64_encode((const uint8_t *)known[i][0], strlen(known[i][0]), text);
		assert_string_equal(text, known[i][1]);
		assert_int_equal(
			base64_decode(known[i][1], strlen(known[i][1]), octets, 6, &len), 0);
		assert_int_equal(len, strlen(known[i][0]));
		assert_memory_equal(octets, known[i][0], len);
	}
}

static void refuses_what_is_not_canonical(void **state)
{
	static const char *const bad[] = {"Z", "Zg", "Zg=", "Zg= =", "Zh==", "Zm9=", "=",
		"====", "Z===", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm 9vYg=", "Zm9-", "Zm9_",
		"Zm9v=", "Zm9vA===", "Zm\xc3\xa9", "Z\n==", "\n\n\n\n", "Zm9v    "};
	uint8_t octets[16] = {7};
	size_t len = 99;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (base64_decode(bad[i], strlen(bad[i]), octets, sizeof(octets), &len) != -EINVAL)
			fail_msg("accepted \"%s\"", bad[i]);
	assert_int_equal(base64_decode("Zm\0v", 4, octets, sizeof(octets), &len), -EINVAL);
	assert_int_equal(octets[0], 7);
	assert_int_equal(len, 99);
}

static void refuses_what_does_not_fit(void **state)
{
	uint8_t octets[6] = {7};
	size_t len = 99;

	(void)state;
	assert_int_equal(base64_decode("Zm9vYmFy", 8, octets, 5, &len), -EMSGSIZE);
	assert_int_equal(octets[0], 7);
	assert_int_equal(len, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-DIG RFC 4648 test vectors", rfc4648, NULL, NULL, NULL},
		{"P-DIG base64 in canonical form only", refuses_what_is_not_canonical, NULL, NULL,
			NULL},
		{"AKA-6 base64 longer than its place", refuses_what_does_not_fit, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
