/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_auth.h"

#include <errno.h>

#include "sip_example.h"

static struct sip_header *row_of(struct sip_message *message)
{
	return sip_header_find(message, SIP_HEADER_AUTHORIZATION);
}

static struct sip_message *with(const char *value)
{
	static char row[70000];

	snprintf(row, sizeof(row), "Authorization: %s", value);
	return sip_example_with(row);
}

static void finds_whatever_order_case_and_quoting(void **state)
{
	struct sip_message *message = with("dIGEST  Nonce=\"\" , USERNAME = "
					   "\"a\\\"b\\\\c\",response=\"\", algorithm=AKAv1-MD5,\t"
					   "nonce2=AA/+==,uri=\"sip:a,b=c\",x-new=\"1\"");
	struct sip_auth auth;
	struct sip_text value;

	(void)state;
	assert_int_equal(sip_auth_parse(message, row_of(message), &auth), 0);
	assert_int_equal(auth.count, 7);
	assert_true(sip_auth_find(&auth, "nonce", &value));
	assert_int_equal(value.len, 0);
	assert_true(sip_auth_find(&auth, "username", &value));
	sip_example_assert_text(value, "a\"b\\c");
	assert_true(sip_auth_find(&auth, "ALGORITHM", &value));
	sip_example_assert_text(value, "AKAv1-MD5");
	assert_true(sip_auth_find(&auth, "nonce2", &value));
	sip_example_assert_text(value, "AA/+==");
	assert_true(sip_auth_find(&auth, "uri", &value));
	sip_example_assert_text(value, "sip:a,b=c");
	assert_true(sip_auth_find(&auth, "X-New", NULL));
	assert_false(sip_auth_find(&auth, "auts", NULL));
	sip_message_destroy(message);
}

static void refuses(void **state)
{
	static const char *const bad[] = {"", "Digest", "Digest ", "Basic a=b", "Digesta=b",
		"Digest a", "Digest a=", "Digest a=b,", "Digest a=b,,c=d", "Digest ,a=b",
		"Digest a=b c=d", "Digest a=b;c=d,e=f g", "Digest a=\"b", "Digest a=\"b\\",
		"Digest a=\"b\"c", "Digest =b", "Digest a=b, Digest c=d",
		"Digest nonce=\"1\",NONCE=\"2\"", "Digest ck=1,x=2,Ck=1", "Digest a=b\\c",
		"Digest a=,b=c"};
	struct sip_auth auth;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sip_message *message = with(bad[i]);

		if (sip_auth_parse(message, row_of(message), &auth) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		if (sip_auth_remove(message, row_of(message), "ck") != -EINVAL ||
			sip_auth_set(message, row_of(message), "x", sip_text("y"), true) != -EINVAL)
			fail_msg("edited: %s", bad[i]);
		assert_true(
			sip_text_equal(row_of(message)->value, sip_text_trim(sip_text(bad[i]))));
		sip_message_destroy(message);
	}
}

static void counts_are_bounded(void **state)
{
	char text[1024] = "Digest p=0";
	struct sip_auth auth;

	(void)state;
	for (unsigned i = 1; i <= SIP_AUTH_PARAMS_MAX; i++) {
		struct sip_message *message = with(text);

		assert_int_equal(sip_auth_parse(message, row_of(message), &auth), 0);
		assert_int_equal(auth.count, i);
		sip_message_destroy(message);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",p%u=0", i);
	}
	struct sip_message *message = with(text);

	assert_int_equal(sip_auth_parse(message, row_of(message), &auth), -E2BIG);
	sip_message_destroy(message);
}

static void strips_keys_in_any_form(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{"Digest a=\"1\",ck=\"00\",b=2", "Digest a=\"1\",b=2"},
		{"Digest CK=00, a=\"1\"", "Digest a=\"1\""},
		{"Digest a=\"1\" ,  cK = \"0,\\\"0\"", "Digest a=\"1\""},
		{"Digest  a=\"ck=1\",xck=\"1\"", "Digest  a=\"ck=1\",xck=\"1\""},
		{"Digest ck=\"00\"", "Digest"},
		{"Digest a=1,\tCk\t=\t0\t,\tb=2", "Digest a=1,\tb=2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_message *message = with(rows[i].before);

		assert_int_equal(sip_auth_remove(message, row_of(message), "ck"), 0);
		sip_example_assert_text(sip_text_trim(row_of(message)->value), rows[i].after);
		sip_message_destroy(message);
	}
}

static void sets_one_and_leaves_the_others(void **state)
{
	static const struct {
		const char *before, *value;
		bool quoted;
		const char *after;
		int result;
	} rows[] = {
		{"Digest a=\"1\" , x=y", "no", true,
			"Digest a=\"1\" , x=y,integrity-protected=\"no\"", 0},
		{"Digest Integrity-Protected = yes, x=y", "no", true,
			"Digest integrity-protected=\"no\", x=y", 0},
		{"Digest x=y,INTEGRITY-PROTECTED=\"y\\es\"", "no", false,
			"Digest x=y,integrity-protected=no", 0},
		{"Digest x=y", "", true, "Digest x=y,integrity-protected=\"\"", 0},
		{"Digest x=y", "", false, "Digest x=y", -EINVAL},
		{"Digest x=y", "a\"b", true, "Digest x=y", -EINVAL},
		{"Digest x=y", "a\\b", true, "Digest x=y", -EINVAL},
		{"Digest x=y", "a\r\nb", true, "Digest x=y", -EINVAL},
		{"Digest x=y", "a,b", false, "Digest x=y", -EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_message *message = with(rows[i].before);

		assert_int_equal(sip_auth_set(message, row_of(message), "integrity-protected",
					 sip_text(rows[i].value), rows[i].quoted),
			rows[i].result);
		sip_example_assert_text(row_of(message)->value, rows[i].after);
		sip_message_destroy(message);
	}
}

/* What a proxy does to credentials of 60 KB stays within the memory of one message. */
static void huge_credentials(void **state)
{
	static const char *const names[] = {"integrity-protected", "ik", "ck"};
	static char text[60000];
	struct sip_message *message;
	struct sip_auth auth;
	int len = snprintf(text, sizeof(text), "Digest ik=1,ck=2,integrity-protected=3,u=\"");

	(void)state;
	memset(text + len, '\\', sizeof(text) - 3 - (size_t)len - (size_t)(len % 2 == 0));
	strcat(text, "\"");
	message = with(text);
	assert_int_equal(sip_auth_parse(message, row_of(message), &auth), 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(sip_auth_remove(message, row_of(message), names[i]), 0);
	assert_int_equal(sip_auth_set(message, row_of(message), names[0], sip_text("no"), true), 0);
	sip_message_destroy(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_whatever_order_case_and_quoting),
		cmocka_unit_test(refuses),
		cmocka_unit_test(counts_are_bounded),
		cmocka_unit_test(huge_credentials),
		{"A-SM4…6 ck and ik go in any form", strips_keys_in_any_form, NULL, NULL, NULL},
		{"IPI-3 the UE's own value is replaced", sets_one_and_leaves_the_others, NULL, NULL,
			NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
