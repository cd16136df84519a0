/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_message.h"

#include <errno.h>
#include <stdlib.h>

#include "sip_example.h"
#include "sip_max_forwards.h"
#include "sip_reply.h"
#include "sip_token.h"

static void creates_and_edits(void **state)
{
	struct sip_message *message;
	struct sip_header *row;

	(void)state;
	assert_int_equal(
		sip_message_create_request(sip_text("NOTIFY"), sip_text("sip:a@b"), &message), 0);
	assert_int_equal(message->method, SIP_NOTIFY);
	assert_int_equal(sip_header_add(message, SIP_HEADER_TO, sip_text(" <sip:a@b> ")), 0);
	assert_int_equal(sip_header_add_format(message, SIP_HEADER_CSEQ, "%u NOTIFY", 7u), 0);
	assert_int_equal(sip_header_add_top(message, SIP_HEADER_VIA, sip_text("SIP/2.0/UDP 1")), 0);
	assert_int_equal(sip_header_add_top(message, SIP_HEADER_VIA, sip_text("SIP/2.0/UDP 2")), 0);
	assert_int_equal(sip_header_add_name(message, sip_text("X-Own"), sip_text("1")), 0);
	assert_int_equal(sip_header_add_name(message, sip_text("X-Own"), sip_text("2")), 0);
	assert_int_equal(
		sip_message_set_body(message, sip_text("text/plain"), sip_text("hello")), 0);
	assert_int_equal(sip_message_set_request_uri(message, sip_text("sip:c@d")), 0);
	assert_string_equal(sip_example_print(message),
		"NOTIFY sip:c@d SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 2\r\nVia: SIP/2.0/UDP 1\r\n"
		"To: <sip:a@b>\r\nCSeq: 7 NOTIFY\r\nX-Own: 1\r\nX-Own: 2\r\n"
		"Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
	row = sip_header_find_name(message, sip_text("x-own"), NULL);
	row = sip_header_find_name(message, sip_text("x-own"), row);
	sip_example_assert_text(row->value, "2");
	assert_null(sip_header_find_name(message, sip_text("x-own"), row));
	sip_header_remove(message, row);
	assert_int_equal(sip_header_set(message, SIP_HEADER_VIA, sip_text("SIP/2.0/UDP 3")), 0);
	sip_header_remove_all(message, SIP_HEADER_CONTENT_TYPE);
	assert_int_equal(sip_header_replace(message, message->first, sip_text("SIP/2.0/UDP 4")), 0);
	assert_string_equal(sip_example_print(message),
		"NOTIFY sip:c@d SIP/2.0\r\nVia: SIP/2.0/UDP 4\r\n"
		"To: <sip:a@b>\r\nCSeq: 7 NOTIFY\r\nX-Own: 1\r\nContent-Length: 5\r\n\r\nhello");
	sip_message_destroy(message);
}

static void nobody_smuggles_a_line_end(void **state)
{
	static const struct sip_text bad[] = {
		{"a\r\nTo: b", 8}, {"a\nb", 3}, {"a\0b", 3}, {"a\rb", 3}, {"a\x7f", 2}};
	struct sip_message *message = sip_example_parse(SIP_EXAMPLE), *other;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(sip_header_add(message, SIP_HEADER_PATH, bad[i]), -EINVAL);
		assert_int_equal(sip_header_add_top(message, SIP_HEADER_PATH, bad[i]), -EINVAL);
		assert_int_equal(sip_header_set(message, SIP_HEADER_TO, bad[i]), -EINVAL);
		assert_int_equal(sip_header_add_name(message, sip_text("X"), bad[i]), -EINVAL);
		assert_int_equal(sip_header_add_name(message, bad[i], sip_text("X")), -EINVAL);
		assert_int_equal(sip_message_set_request_uri(message, bad[i]), -EINVAL);
		assert_int_equal(
			sip_message_create_request(bad[i], sip_text("sip:a"), &other), -EINVAL);
		assert_int_equal(sip_message_create_response(200, bad[i], &other), -EINVAL);
	}
	assert_string_equal(sip_example_print(message),
		SIP_EXAMPLE_LINE SIP_EXAMPLE_ROWS "Content-Length: 0\r\n\r\n");
	sip_message_destroy(message);
}

static void clones_are_independent(void **state)
{
	struct sip_message *message = sip_example_with("X: 1\r\nContent-Length: 0"), *clone;
	char *before;

	(void)state;
	message->flow.remote.port = 40112;
	before = strdup(sip_example_print(message));
	assert_non_null(before);
	assert_int_equal(sip_message_clone(message, &clone), 0);
	sip_message_destroy(message);
	assert_string_equal(sip_example_print(clone), before);
	free(before);
	assert_int_equal(clone->flow.remote.port, 40112);
	assert_int_equal(clone->method, SIP_REGISTER);
	sip_message_destroy(clone);
}

static void memory_is_bounded(void **state)
{
	static char big[60000];
	struct sip_message *message = sip_example_parse(SIP_EXAMPLE);
	struct sip_text value = {big, sizeof(big)};
	unsigned added = 0;
	int error;

	(void)state;
	memset(big, 'a', sizeof(big));
	while (!(error = sip_header_add(message, SIP_HEADER_PATH, value)))
		added++;
	assert_int_equal(error, -ENOMEM);
	assert_int_equal(added, 8);
	sip_message_destroy(message);
	message = sip_example_parse(SIP_EXAMPLE);
	while (!(error = sip_header_add(message, SIP_HEADER_PATH, sip_text("a"))))
		continue;
	assert_int_equal(error, -E2BIG);
	assert_int_equal(message->header_count, SIP_HEADERS_MAX);
	sip_message_destroy(message);
}

static void print_never_overruns(void **state)
{
	struct sip_message *message = sip_example_with("Content-Length: 0");
	size_t len = strlen(sip_example_print(message)), printed;
	char *exact = test_malloc(len);

	(void)state;
	for (size_t size = 0; size < len; size++)
		assert_int_equal(sip_print(message, exact, size, &printed), -EMSGSIZE);
	assert_int_equal(sip_print(message, exact, len, &printed), 0);
	assert_int_equal(printed, len);
	test_free(exact); /* cmocka checks its guards */
	sip_message_destroy(message);
}

static void replies_copy_what_8_2_6_names(void **state)
{
	struct sip_message *request = sip_example_with("Via: SIP/2.0/UDP b, SIP/2.0/UDP c\r\n"
						       "Route: <sip:x;lr>\r\nContent-Length: 0");
	struct sip_message *response;

	(void)state;
	assert_int_equal(sip_reply_create(request, 401, NULL, "t1", &response), 0);
	assert_string_equal(sip_example_print(response),
		"SIP/2.0 401 Unauthorized\r\n"
		"Via: SIP/2.0/UDP 198.51.100.23:5060;branch=z9hG4bKa1;rport\r\n"
		"Via: SIP/2.0/UDP b, SIP/2.0/UDP c\r\n"
		"From: <sip:001010000000007@ims.example.net>;tag=f7\r\n"
		"To: <sip:001010000000007@ims.example.net>;tag=t1\r\n"
		"Call-ID: c7@198.51.100.23\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n");
	assert_int_equal(response->flow.remote.address.family, NET_NONE);
	sip_message_destroy(response);
	assert_int_equal(sip_reply_create(request, 100, NULL, "t1", &response), 0);
	sip_example_assert_text(
		sip_header_value(response, SIP_HEADER_TO), "<sip:001010000000007@ims.example.net>");
	assert_int_equal(sip_reply_create(response, 200, NULL, "t1", &response), -EINVAL);
	sip_message_destroy(response);
	sip_message_destroy(request);

	request = sip_example_but("To:", "To: <sip:a@b>;x=1;TAG=t0");
	assert_int_equal(sip_reply_create(request, 200, "Fine", "t1", &response), 0);
	sip_example_assert_text(sip_header_value(response, SIP_HEADER_TO), "<sip:a@b>;x=1;TAG=t0");
	sip_example_assert_text(response->reason, "Fine");
	sip_message_destroy(response);
	sip_message_destroy(request);
}

static void max_forwards_counts_down(void **state)
{
	static const struct {
		const char *row, *after;
		int result;
	} rows[] = {{"Max-Forwards: 70", "69", 0}, {"Max-Forwards: 1", "0", 0},
		{"Max-Forwards: 0", "0", -ELOOP}, {"", "70", 0},
		{"Max-Forwards: 256", "256", -EINVAL}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_message *message = sip_example_but("Max-Forwards", rows[i].row);

		assert_int_equal(sip_max_forwards_step(message), rows[i].result);
		sip_example_assert_text(
			sip_header_value(message, SIP_HEADER_MAX_FORWARDS), rows[i].after);
		sip_message_destroy(message);
	}
}

static void names_and_numbers_agree(void **state)
{
	static const struct {
		const char *name;
		enum sip_header_id id;
	} forms[] = {{"v", SIP_HEADER_VIA}, {"I", SIP_HEADER_CALL_ID}, {"m", SIP_HEADER_CONTACT},
		{"L", SIP_HEADER_CONTENT_LENGTH}, {"k", SIP_HEADER_SUPPORTED},
		{"SECURITY-verify", SIP_HEADER_SECURITY_VERIFY}, {"", SIP_HEADER_OTHER},
		{"Vi", SIP_HEADER_OTHER}, {"Viaa", SIP_HEADER_OTHER}, {"x", SIP_HEADER_OTHER}};

	(void)state;
	for (unsigned id = SIP_HEADER_OTHER + 1; id < SIP_HEADER_COUNT; id++)
		assert_int_equal(
			sip_header_name_id(sip_text(sip_header_name((enum sip_header_id)id))), id);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		assert_int_equal(sip_header_name_id(sip_text(forms[i].name)), forms[i].id);
	for (unsigned method = SIP_OTHER_METHOD + 1; method < SIP_METHOD_COUNT; method++)
		assert_int_equal(
			sip_method_of(sip_text(sip_method_name((enum sip_method)method))), method);
	assert_int_equal(sip_method_of(sip_text("register")), SIP_OTHER_METHOD);
}

static void tokens_are_fresh(void **state)
{
	uint64_t seed = 1;
	struct random random = random_seeded(&seed);
	char a[SIP_TOKEN_MAX], b[SIP_TOKEN_MAX];

	(void)state;
	assert_int_equal(strlen(sip_token_tag(&random, a)), 16);
	assert_string_not_equal(a, sip_token_tag(&random, b));
	assert_int_equal(strlen(sip_token_branch(&random, a)), 23);
	assert_memory_equal(a, "z9hG4bK", 7);
	assert_string_not_equal(a, sip_token_branch(&random, b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creates_and_edits),
		cmocka_unit_test(nobody_smuggles_a_line_end),
		cmocka_unit_test(clones_are_independent),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(print_never_overruns),
		cmocka_unit_test(replies_copy_what_8_2_6_names),
		cmocka_unit_test(max_forwards_counts_down),
		cmocka_unit_test(names_and_numbers_agree),
		cmocka_unit_test(tokens_are_fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
