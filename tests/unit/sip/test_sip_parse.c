/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_parse.h"

#include <errno.h>
#include <time.h>

#include "sip_example.h"

static void keeps_what_it_does_not_own(void **state)
{
	static const char text[] = SIP_EXAMPLE_LINE SIP_EXAMPLE_ROWS
		"Authorization: Digest username=\"a\" ,x-unknown = 7,INTEGRITY-protected=yes\r\n"
		"security-CLIENT: ipsec-3gpp; alg=hmac-md5-96 ,, tls;q=0.1\r\n"
		"X-Odd:   a,  b\r\n"
		"Subject: \r\n"
		"Content-Length: 4\r\n\r\nbody";
	static const char expected[] = SIP_EXAMPLE_LINE SIP_EXAMPLE_ROWS
		"Authorization: Digest username=\"a\" ,x-unknown = 7,INTEGRITY-protected=yes\r\n"
		"security-CLIENT: ipsec-3gpp; alg=hmac-md5-96 ,, tls;q=0.1\r\n"
		"X-Odd: a,  b\r\n"
		"Subject: \r\n"
		"Content-Length: 4\r\n\r\nbody";
	struct sip_message *message = sip_example_parse(text);

	(void)state;
	assert_null(message->defect);
	assert_int_equal(message->method, SIP_REGISTER);
	assert_int_equal(message->header_count, 11);
	assert_string_equal(sip_example_print(message), expected);
	sip_message_destroy(message);
}

static void reads_compact_names_folds_and_leading_line_ends(void **state)
{
	struct sip_message *message = sip_example_parse("\r\n\n\r\nOPTIONS sip:a SIP/2.0\r\n"
							"v : SIP/2.0/UDP a\r\n"
							"cALL-iD\t:\r\n  x\r\n\t y \r\n"
							"L: 0\n"
							"\n");

	(void)state;
	assert_null(message->defect);
	assert_int_equal(message->method, SIP_OPTIONS);
	sip_example_assert_text(sip_header_value(message, SIP_HEADER_VIA), "SIP/2.0/UDP a");
	sip_example_assert_text(sip_header_value(message, SIP_HEADER_CALL_ID), "x  \t y");
	assert_non_null(sip_header_find(message, SIP_HEADER_CONTENT_LENGTH));
	sip_message_destroy(message);
}

static void reads_responses(void **state)
{
	struct sip_message *message =
		sip_example_parse("SIP/2.0 401 Un authorized\r\na: b\r\n\r\n");

	(void)state;
	assert_false(message->is_request);
	assert_int_equal(message->status, 401);
	sip_example_assert_text(message->reason, "Un authorized");
	sip_message_destroy(message);
	message = sip_example_parse("SIP/2.0 200\r\n\r\n");
	assert_int_equal(message->status, 200);
	assert_int_equal(message->reason.len, 0);
	sip_message_destroy(message);
}

static void refuses_what_is_not_sip(void **state)
{
	static const char *const bad[] = {"", "\r\n\r\n", "x", "GET / HTTP/1.1\r\n\r\n",
		"REGISTER sip:a\r\n\r\n", "REGISTER sip:a SIP/2\r\n\r\n", "REGISTER sip:a SIP/2.0",
		"REGI{STER sip:a SIP/2.0\r\n\r\n", " sip:a SIP/2.0\r\n\r\n", "SIP/2.0 99 a\r\n\r\n",
		"SIP/2.0 700 a\r\n\r\n", "SIP/2.0 2000 a\r\n\r\n", "SIP/2.0 20x a\r\n\r\n",
		"SIP/2.0\r\n\r\n", "SIP/2.0 \r\n\r\n", "SIP/2.0 -20 a\r\n\r\n",
		"REGISTER sip:a\x01 SIP/2.0\r\n\r\n", "REGISTER sip:a\r SIP/2.0\r\n\r\n"};
	struct sip_message *message;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (sip_parse(bad[i], strlen(bad[i]), &message) != -EBADMSG)
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(sip_parse("REGISTER\0 sip:a SIP/2.0\r\n\r\n", 27, &message), -EBADMSG);
}

static void says_what_is_defect(void **state)
{
	static const struct {
		const char *text, *defect;
	} bad[] = {
		{"REGISTER  sip:a SIP/2.0\r\n\r\n", "Bad Request Line"},
		{"REGISTER sip:a b SIP/2.0\r\n\r\n", "Bad Request Line"},
		{"REGISTER sip:a SIP/2.0 \r\n\r\n", "Bad Request Line"},
		{SIP_EXAMPLE_LINE "no colon\r\n\r\n", "Header Without Colon"},
		{SIP_EXAMPLE_LINE ": a\r\n\r\n", "Bad Header Name"},
		{SIP_EXAMPLE_LINE "a b: c\r\n\r\n", "Bad Header Name"},
		{SIP_EXAMPLE_LINE " folded first\r\n\r\n", "Bad Folded Line"},
		{SIP_EXAMPLE_LINE "no colon\r\n folded\r\n\r\n", "Header Without Colon"},
		{SIP_EXAMPLE_LINE "a: b\rc\r\n\r\n", "Control Character"},
		{SIP_EXAMPLE_LINE "a: b\x7f\r\n\r\n", "Control Character"},
		{SIP_EXAMPLE_LINE "a: b\x1b[0m\r\n\r\n", "Control Character"},
		{SIP_EXAMPLE_LINE "a: b\r\n", "Headers Do Not End"},
		{SIP_EXAMPLE_LINE "a: b", "Headers Do Not End"},
		{SIP_EXAMPLE_LINE, "Headers Do Not End"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sip_message *message = sip_example_parse(bad[i].text);

		if (!message->defect)
			fail_msg("no defect: %s", bad[i].text);
		assert_string_equal(message->defect, bad[i].defect);
		sip_message_destroy(message);
	}
}

static void a_folded_line_never_joins_a_bad_row(void **state)
{
	struct sip_message *message =
		sip_example_parse(SIP_EXAMPLE_LINE "To: a\r\nbad row\r\n ;tag=x\r\n\r\n");

	(void)state;
	sip_example_assert_text(sip_header_value(message, SIP_HEADER_TO), "a");
	sip_message_destroy(message);
}

/* A parser that walks back over what it has unfolded takes 200 ms of CPU time for this one
 * datagram; a linear one less than 1 ms (some with a sanitizer). */
static void twenty_thousand_folds(void **state)
{
	static char text[SIP_MESSAGE_MAX];
	struct sip_message *message;
	struct timespec before, after;
	int len = snprintf(text, sizeof(text), SIP_EXAMPLE_LINE "X: a");

	(void)state;
	for (unsigned i = 0; i < 20000; i++, len += 3)
		memcpy(text + len, "\r\n ", 3);
	len += snprintf(text + len, sizeof(text) - (size_t)len, "b \r\n \r\n\r\n");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	assert_int_equal(sip_parse(text, (size_t)len, &message), 0);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	assert_null(message->defect);
	assert_int_equal(message->first->value.len, 60002);
	assert_int_equal(message->first->value.at[60001], 'b');
	sip_message_destroy(message);
	assert_true(
		(after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000 <
		50);
}

static void nul_in_a_header(void **state)
{
	static const char text[] = SIP_EXAMPLE_LINE "To: a\0b\r\nFrom: c\r\n\r\n";
	struct sip_message *message;

	(void)state;
	assert_int_equal(sip_parse(text, sizeof(text) - 1, &message), 0);
	assert_string_equal(message->defect, "Control Character");
	assert_null(sip_header_find(message, SIP_HEADER_TO));
	assert_non_null(sip_header_find(message, SIP_HEADER_FROM));
	sip_message_destroy(message);
}

static void bounds(void **state)
{
	static char text[SIP_MESSAGE_MAX + 2];
	struct sip_message *message;
	int len = snprintf(text, sizeof(text), SIP_EXAMPLE_LINE "X: ");

	(void)state;
	/* one header of 64 KB */
	memset(text + len, 'a', SIP_MESSAGE_MAX - (size_t)len);
	memcpy(text + SIP_MESSAGE_MAX - 4, "\r\n\r\n", 4);
	assert_int_equal(sip_parse(text, SIP_MESSAGE_MAX, &message), 0);
	assert_null(message->defect);
	assert_int_equal(message->first->value.len, SIP_MESSAGE_MAX - 4 - len);
	sip_message_destroy(message);
	assert_int_equal(sip_parse(text, SIP_MESSAGE_MAX + 1, &message), -EMSGSIZE);
	/* one row more than is allowed */
	for (unsigned rows = SIP_HEADERS_MAX; rows <= SIP_HEADERS_MAX + 1; rows++) {
		len = snprintf(text, sizeof(text), SIP_EXAMPLE_LINE);
		for (unsigned i = 0; i < rows; i++)
			len += snprintf(text + len, sizeof(text) - (size_t)len, "a: b\r\n");
		len += snprintf(text + len, sizeof(text) - (size_t)len, "\r\n");
		assert_int_equal(sip_parse(text, (size_t)len, &message), 0);
		assert_int_equal(message->header_count, SIP_HEADERS_MAX);
		assert_true(rows == SIP_HEADERS_MAX ? !message->defect : !!message->defect);
		sip_message_destroy(message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_it_does_not_own),
		cmocka_unit_test(reads_compact_names_folds_and_leading_line_ends),
		cmocka_unit_test(reads_responses),
		cmocka_unit_test(refuses_what_is_not_sip),
		cmocka_unit_test(says_what_is_defect),
		cmocka_unit_test(a_folded_line_never_joins_a_bad_row),
		cmocka_unit_test(twenty_thousand_folds),
		cmocka_unit_test(nul_in_a_header),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
