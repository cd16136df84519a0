/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_list.h"

#include <errno.h>

#include "sip_example.h"
#include "sip_option_tags.h"
#include "sip_param.h"

static void values_one_by_one(void **state)
{
	static const struct {
		const char *rows, *joined;
	} lists[] = {
		{"Route: a", "a"},
		{"Route: a , b,c", "a, b, c"},
		{"Route: a\r\nX: y\r\nroute: b,c", "a, b, c"},
		{"Route: ,,a,\r\nRoute:\r\nRoute: ,b", "a, b"},
		{"Route: <sip:a,b>, \"c,\\\",d\" <sip:e>", "<sip:a,b>, \"c,\\\",d\" <sip:e>"},
		{"Route: <sip:a\"b>,c\"", "<sip:a\"b>, c\""},
		{"Route: \"never closed, a", "\"never closed, a"},
		{"Route: <never closed, a", "<never closed, a"},
		{"Route: \"\\", "\"\\"},
		{"X: a", ""},
	};
	char joined[256];

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct sip_message *message = sip_example_with(lists[i].rows);

		assert_int_equal(
			sip_list_join(message, SIP_HEADER_ROUTE, joined, sizeof(joined)), 0);
		assert_string_equal(joined, lists[i].joined);
		assert_int_equal(
			sip_list_join(message, SIP_HEADER_ROUTE, joined, strlen(lists[i].joined)),
			-ENOSPC);
		sip_message_destroy(message);
	}
}

static void the_top_one_goes_and_changes(void **state)
{
	struct sip_message *message =
		sip_example_with("Route: ,\r\nRoute: <sip:a,x> , <sip:b>,\r\nRoute: <sip:c>");

	(void)state;
	assert_int_equal(sip_list_replace_top(message, SIP_HEADER_ROUTE, sip_text("new")), 0);
	sip_example_assert_text(sip_list_top(message, SIP_HEADER_ROUTE), "new");
	assert_int_equal(sip_list_remove_top(message, SIP_HEADER_ROUTE), 0);
	sip_example_assert_text(sip_list_top(message, SIP_HEADER_ROUTE), "<sip:b>");
	assert_int_equal(sip_list_remove_top(message, SIP_HEADER_ROUTE), 0);
	assert_int_equal(sip_list_replace_top(message, SIP_HEADER_ROUTE, sip_text("last")), 0);
	assert_int_equal(
		sip_list_replace_top(message, SIP_HEADER_ROUTE, sip_text("a\r\nb")), -EINVAL);
	sip_example_assert_text(sip_list_top(message, SIP_HEADER_ROUTE), "last");
	assert_int_equal(sip_list_remove_top(message, SIP_HEADER_ROUTE), 0);
	assert_int_equal(sip_list_remove_top(message, SIP_HEADER_ROUTE), -ENOENT);
	assert_int_equal(sip_list_replace_top(message, SIP_HEADER_ROUTE, sip_text("x")), -ENOENT);
	sip_message_destroy(message);
}

static void option_tags(void **state)
{
	struct sip_message *message = sip_example_with(
		"Require: path, Sec-Agree\r\nRequire: sec-agree\r\nRequire: sec-agreement\r\n"
		"Proxy-Require: sec-agree\r\nSupported: gruu ,path");
	const char *text;

	(void)state;
	assert_true(sip_option_tags_contain(message, SIP_HEADER_REQUIRE, "sec-agree"));
	assert_int_equal(sip_option_tags_remove(message, SIP_HEADER_REQUIRE, "sec-agree"), 0);
	assert_int_equal(sip_option_tags_remove(message, SIP_HEADER_PROXY_REQUIRE, "sec-agree"), 0);
	assert_int_equal(sip_option_tags_remove(message, SIP_HEADER_SUPPORTED, "sec-agree"), 0);
	assert_int_equal(sip_option_tags_add(message, SIP_HEADER_REQUIRE, "PATH"), 0);
	assert_int_equal(sip_option_tags_add(message, SIP_HEADER_REQUIRE, "x"), 0);
	assert_int_equal(sip_option_tags_add(message, SIP_HEADER_UNSUPPORTED, "y"), 0);
	assert_int_equal(sip_option_tags_add(message, SIP_HEADER_REQUIRE, "a b"), -EINVAL);
	assert_false(sip_option_tags_contain(message, SIP_HEADER_REQUIRE, "sec-agree"));
	text = sip_example_print(message);
	assert_non_null(strstr(text, "\r\nRequire: path\r\nRequire: sec-agreement, x\r\n"
				     "Supported: gruu ,path\r\nUnsupported: y\r\n"));
	assert_null(strstr(text, "Proxy-Require"));
	sip_message_destroy(message);
}

static void parameters(void **state)
{
	struct sip_text params = sip_text(" ; A = b;flag ;c=\"x;\\\",y\" ; d=[::1]:5");
	static const char *const bad[] = {"a", ";", ";;", ";a=", ";=a", ";a b", ";a=\"b", ";a=\"\\",
		";a=b c", ";a=b,c", ";a=\"b\"c", ";a=<b>"};
	struct sip_param param = {.rest = params};
	struct sip_text value;
	char many[512] = "";

	(void)state;
	assert_true(sip_param_find(params, "a", &value));
	sip_example_assert_text(value, "b");
	assert_true(sip_param_find(params, "C", &value));
	sip_example_assert_text(value, "x;\\\",y");
	assert_true(sip_param_find(params, "d", &value));
	sip_example_assert_text(value, "[::1]:5");
	assert_true(sip_param_find(params, "flag", NULL));
	assert_false(sip_param_find(params, "b", NULL));
	assert_int_equal(sip_param_next(&param), 1);
	sip_example_assert_text(param.whole, "; A = b");
	assert_true(sip_param_unique(params));
	assert_true(sip_param_unique(sip_text("")));
	assert_false(sip_param_unique(sip_text(";a=1;b;A")));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int more;

		param = (struct sip_param){.rest = sip_text(bad[i])};
		while ((more = sip_param_next(&param)) > 0)
			continue;
		if (more != -EINVAL || sip_param_unique(sip_text(bad[i])))
			fail_msg("accepted: %s", bad[i]);
	}
	for (unsigned i = 1; i <= 33; i++) {
		snprintf(many + strlen(many), sizeof(many) - strlen(many), ";p%u", i);
		assert_int_equal(sip_param_unique(sip_text(many)), i <= 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_one_by_one),
		cmocka_unit_test(the_top_one_goes_and_changes),
		{"P-SEC sec-agree leaves Require, others stay", option_tags, NULL, NULL, NULL},
		cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
