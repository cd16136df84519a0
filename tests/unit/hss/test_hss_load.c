/* SPDX-License-Identifier: BSD-3-Clause */
#include "hss_load.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define K     "0396eb317b6d1c36f19c1c84cd6ffd16"
#define OP    "ff53bade17df5d4e793073ce9d7579fa"
#define OPC   "53c15671c60a4b731c55b4a441c0bde2"
#define KEYS  "\"k\":\"" K "\",\"opc\":\"" OPC "\""
#define IMPUS "\"impus\":[{\"identity\":\"sip:a@h.n\"}]"
#define A     "\"impi\":\"a@h.n\","
#define ONE   "{" A KEYS "," IMPUS "}"

#define LIST(inside) "{\"subscribers\":[" inside "]}"

static struct aes128 *aes;

static int with_aes(void **state)
{
	(void)state;
	aes = aes128_create();
	return aes ? 0 : -1;
}

static int without_aes(void **state)
{
	(void)state;
	aes128_free(aes);
	return 0;
}

#define NAI  "must be a network access identifier, \"user@realm\", of less than 256 characters"
#define ONCE "belongs to another subscriber, or occurs twice"

static const struct {
	const char *text, *error;
} cases[] = {
	{"{", "f.json:1:1: is not valid JSON"},
	{"[]", "f.json: must be an object with one member, the array \"subscribers\""},
	{"{\"subscribers\":{}}",
		"f.json: must be an object with one member, the array \"subscribers\""},
	{LIST("1"), "f.json: /subscribers/0: must be an object"},
	{LIST("{" KEYS "," IMPUS "}"), "f.json: /subscribers/0/impi: " NAI},
	{LIST("{\"impi\":\"a\"," KEYS "," IMPUS "}"), "f.json: /subscribers/0/impi: " NAI},
	{LIST(ONE ",{\"impi\":\"b@h.n\",\"k\":\"12\",\"opc\":\"" OPC "\"," IMPUS "}"),
		"f.json: /subscribers/1/k: must be a string of 32 hexadecimal digits"},
	{LIST("{" A KEYS ",\"op\":\"" OP "\"," IMPUS "}"),
		"f.json: /subscribers/0: must have exactly one of \"op\" and \"opc\""},
	{LIST("{" A "\"k\":\"" K "\"," IMPUS "}"),
		"f.json: /subscribers/0: must have exactly one of \"op\" and \"opc\""},
	{LIST("{" A "\"amf\":\"800\"," KEYS "," IMPUS "}"),
		"f.json: /subscribers/0/amf: must be a string of 4 hexadecimal digits"},
	{LIST("{" A "\"sqn\":281474976710656," KEYS "," IMPUS "}"),
		"f.json: /subscribers/0/sqn: must be a number from 0 to 2^48 - 1"},
	{LIST("{" A "\"sqn\":-1," KEYS "," IMPUS "}"),
		"f.json: /subscribers/0/sqn: must be a number from 0 to 2^48 - 1"},
	{LIST("{" A "\"ki\":1," KEYS "," IMPUS "}"),
		"f.json: /subscribers/0: unknown member \"ki\"; allowed: impi, k, op or opc, amf, "
		"sqn, impus"},
	{LIST("{" A A KEYS "," IMPUS "}"),
		"f.json:1:38: is not valid JSON: a member occurs twice in its object"},
	{LIST("{" A KEYS ",\"impus\":[]}"),
		"f.json: /subscribers/0/impus: must be an array of 1 to 32 objects"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"a@h.n\"}]}"),
		"f.json: /subscribers/0/impus/0: \"identity\" must be a sip, sips or tel URI of "
		"less than 256 characters"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"sip:a@h.n\",\"barred\":true}]}"),
		"f.json: /subscribers/0/impus: set 0 has only barred identities; one must not be "
		"barred"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"sip:a@h.n\",\"set\":32}]}"),
		"f.json: /subscribers/0/impus/0: \"set\" must be a number from 0 to 31"},
	{LIST("{" A KEYS ",\"impus\":[{\"identity\":\"sip:a@h.n\"},{\"identity\":\"sip:a@H.N\"}]}"),
		"f.json: /subscribers/0/impus: " ONCE},
	{LIST(ONE "," ONE), "f.json: /subscribers/1/impi: " ONCE},
	{LIST(ONE ",{\"impi\":\"b@h.n\"," KEYS "," IMPUS "}"),
		"f.json: /subscribers/1/impus: " ONCE},
};

static void each_fault_has_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hss_subscribers *subscribers;
		char error[HSS_LOAD_ERROR_MAX];

		assert_int_equal(hss_load_text(cases[i].text, strlen(cases[i].text), "f.json", aes,
					 &subscribers, error),
			-EINVAL);
		assert_string_equal(error, cases[i].error);
	}
}

static void no_error_shows_a_key(void **state)
{
	static const char text[] = LIST("{" A "\"k\":\"" K "\" x");
	struct hss_subscribers *subscribers;
	char error[HSS_LOAD_ERROR_MAX];

	(void)state;
	assert_int_equal(
		hss_load_text(text, strlen(text), "f.json", aes, &subscribers, error), -EINVAL);
	assert_null(strstr(error, "0396"));
}

static void op_and_opc_give_the_same_key(void **state)
{
	static const char text[] = LIST(ONE ",{\"impi\":\"b@h.n\",\"k\":\"" K "\",\"op\":\"" OP
					    "\",\"impus\":[{\"identity\":\"sip:b@h.n\"}]}");
	struct hss_subscribers *subscribers;
	char error[HSS_LOAD_ERROR_MAX];
	const struct hss_subscriber *a, *b;

	(void)state;
	assert_int_equal(hss_load_text(text, strlen(text), "f.json", aes, &subscribers, error), 0);
	assert_int_equal(hss_subscribers_count(subscribers), 2);
	a = hss_subscribers_find(subscribers, "a@h.n");
	b = hss_subscribers_find(subscribers, "b@h.n");
	assert_non_null(a);
	assert_non_null(b);
	assert_memory_equal(a->opc.bytes, b->opc.bytes, 16);
	hss_subscribers_destroy(subscribers);
}

static void files_that_are_none_are_refused(void **state)
{
	struct hss_subscribers *subscribers;
	char error[HSS_LOAD_ERROR_MAX];

	(void)state;
	assert_int_equal(hss_load("/nowhere/s.json", aes, &subscribers, error), -ENOENT);
	assert_string_equal(error, "/nowhere/s.json: can not be read: No such file or directory");
	assert_int_equal(hss_load("/dev", aes, &subscribers, error), -EINVAL);
	assert_string_equal(error, "/dev: can not be read: not a regular file of at most 256 MiB");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_has_its_line),
		cmocka_unit_test(no_error_shows_a_key),
		{"AKA-2 OP or OPc may be provisioned", op_and_opc_give_the_same_key, NULL, NULL,
			NULL},
		cmocka_unit_test(files_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, with_aes, without_aes);
}
