/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_validate.h"

#include "sip_example.h"

struct row {
	const char *name, *row; /* replaces the row of that name */
	enum sip_verdict_kind kind;
	unsigned status;
};

static void check(
	struct sip_message *message, enum sip_verdict_kind kind, unsigned status, const char *what)
{
	struct sip_verdict verdict = sip_validate(message);

	if (verdict.kind != kind || (kind == SIP_ANSWER && verdict.status != status) ||
		(kind == SIP_VALID) != !verdict.reason)
		fail_msg("%s: kind %d status %u %s", what, verdict.kind, verdict.status,
			verdict.reason ? verdict.reason : "");
	sip_message_destroy(message);
}

/* RFC 3261 §8.1.1, §8.2.6: what can not be answered is dropped. */
static const struct row rows[] = {
	{"Via", "", SIP_SILENCE, 0}, {"Via", "Via: SIP/2.0/UDP", SIP_SILENCE, 0},
	{"Via", "Via: SIP/2.0/UDP a b", SIP_SILENCE, 0}, {"From", "", SIP_SILENCE, 0},
	{"From", "From:", SIP_SILENCE, 0}, {"To", "", SIP_SILENCE, 0},
	{"Call-ID", "", SIP_SILENCE, 0}, {"CSeq", "", SIP_SILENCE, 0},
	{"From", "From: <sip:a@b>", SIP_ANSWER, 400}, /* no tag */
	{"From", "From: <sip:a@b>;tag", SIP_ANSWER, 400},
	{"From", "From: <sip:a@b>;tag=1;tag=2", SIP_ANSWER, 400},
	{"From", "From: <sip:a@b>;tag=1\r\nf: <sip:c@d>;tag=1", SIP_ANSWER, 400},
	{"From", "From: <sip:a@b;tag=1", SIP_ANSWER, 400},
	{"To", "To: \"a <sip:a@b>", SIP_ANSWER, 400},
	{"To", "To: <sip:a@b>\r\nt: <sip:a@b>", SIP_ANSWER, 400},
	{"To", "To: <sip:a@b>;tag=x", SIP_VALID, 0}, {"To", "To: <urn:a@b>", SIP_VALID, 0},
	{"Call-ID", "Call-ID: a b", SIP_ANSWER, 400},
	{"Call-ID", "Call-ID: a\r\nCall-ID: a", SIP_ANSWER, 400},
	{"CSeq", "CSeq: 1", SIP_ANSWER, 400}, {"CSeq", "CSeq: REGISTER", SIP_ANSWER, 400},
	{"CSeq", "CSeq: 1 OPTIONS", SIP_ANSWER, 400}, {"CSeq", "CSeq: 1 register", SIP_ANSWER, 400},
	{"CSeq", "CSeq: -1 REGISTER", SIP_ANSWER, 400},
	{"CSeq", "CSeq: 2147483647 REGISTER", SIP_VALID, 0},
	{"CSeq", "CSeq: 2147483648 REGISTER", SIP_ANSWER, 400},
	{"CSeq", "CSeq: 36893488147419103232 REGISTER", SIP_ANSWER, 400},
	{"CSeq", "CSeq: 0009   REGISTER", SIP_VALID, 0},
	{"CSeq", "CSeq: 1REGISTER", SIP_ANSWER, 400},
	{"CSeq", "CSeq: 1 REGISTER x", SIP_ANSWER, 400}, {"Max-Forwards", "", SIP_VALID, 0},
	{"Max-Forwards", "Max-Forwards: 255", SIP_VALID, 0},
	{"Max-Forwards", "Max-Forwards: 256", SIP_ANSWER, 400},
	{"Max-Forwards", "Max-Forwards: -1", SIP_ANSWER, 400},
	{"Max-Forwards", "Max-Forwards: 1 2", SIP_ANSWER, 400},
	{"Max-Forwards", "Max-Forwards: 7\r\nMax-Forwards: 7", SIP_ANSWER, 400},
	{"Max-Forwards", "Max-Forwards: 0", SIP_ANSWER, 483},
	{"Max-Forwards", "Expires: 4294967295", SIP_VALID, 0},
	{"Max-Forwards", "Expires: 4294967296", SIP_ANSWER, 400},
	{"Max-Forwards", "Expires: soon", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: 0", SIP_VALID, 0},
	{"Max-Forwards", "Content-Length: 1", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: -1", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length:", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: four", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: 4294967295", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: 4294967296", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: 18446744073709551616", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: 0x0", SIP_ANSWER, 400},
	{"Max-Forwards", "Content-Length: 0\r\nl: 0", SIP_ANSWER, 400},
	{"Max-Forwards", "no colon", SIP_ANSWER, 400},
	{"Max-Forwards", "X: a\x01", SIP_ANSWER, 400},
	{"REGISTER", "REGISTER sip:ims.example.net SIP/2.1", SIP_ANSWER, 505},
	{"REGISTER", "REGISTER sip:ims.example.net SIP/7.0", SIP_ANSWER, 505},
	{"REGISTER", "REGISTER sip:user@ims.example.net SIP/2.0", SIP_ANSWER, 400},
	{"REGISTER", "REGISTER http://ims.example.net SIP/2.0", SIP_ANSWER, 416},
	{"REGISTER", "REGISTER sip: SIP/2.0", SIP_ANSWER, 400},
	{"REGISTER", "REGISTER <sip:ims.example.net> SIP/2.0", SIP_ANSWER, 400},
	{"REGISTER", "REGISTER sip:ims.example.net?a=b SIP/2.0", SIP_ANSWER, 400},
	{"REGISTER", "REGISTER sip:ims.example.net;lr SIP/2.0", SIP_VALID, 0},
	{"REGISTER", "REGISTER  sip:ims.example.net SIP/2.0", SIP_ANSWER, 400},
	{"REGISTER", "OPTIONS sip:ims.example.net SIP/2.0", SIP_ANSWER, 400}, /* CSeq */
};

static void one_row_wrong(void **state)
{
	(void)state;
	check(sip_example_parse(SIP_EXAMPLE), SIP_VALID, 0, "the good one");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(sip_example_but(rows[i].name, rows[i].row), rows[i].kind, rows[i].status,
			rows[i].row);
}

static void an_ack_and_a_response_are_never_answered(void **state)
{
	(void)state;
	check(sip_example_parse("ACK sip:a@b SIP/2.0\r\n" SIP_EXAMPLE_ROWS "\r\n"), SIP_SILENCE, 0,
		"ACK with a wrong CSeq");
	check(sip_example_parse("SIP/2.0 200 OK\r\n" SIP_EXAMPLE_ROWS "\r\n"), SIP_VALID, 0,
		"response");
	check(sip_example_parse("SIP/2.0 200 OK\r\n" SIP_EXAMPLE_ROWS "l: 1\r\n\r\n"), SIP_SILENCE,
		0, "response that is cut short");
	check(sip_example_parse("SIP/3.0 200 OK\r\n" SIP_EXAMPLE_ROWS "\r\n"), SIP_SILENCE, 0,
		"response of another version");
}

/* RFC 3261 §18.3 */
static void the_body_ends_at_content_length(void **state)
{
	struct sip_message *message =
		sip_example_parse(SIP_EXAMPLE_LINE SIP_EXAMPLE_ROWS "l: 4\r\n\r\nbodyRUBBISH");

	(void)state;
	assert_int_equal(sip_validate(message).kind, SIP_VALID);
	sip_example_assert_text(message->body, "body");
	sip_message_destroy(message);
}

/* In the spirit of RFC 4475: unusual, but right. */
static void unusual_but_right(void **state)
{
	(void)state;
	check(sip_example_parse(
		      "REGISTER sip:ims.example.net SIP/2.0\r\n"
		      "TO :\r\n sip:vivekg@example.com ;   tag    = 1918181833n\r\n"
		      "from   : \"J Rosenberg \\\\\\\"\"       <sip:jdr@example.com>\r\n"
		      "  ;\r\n  tag = 98asjd8\r\n"
		      "MaX-fOrWaRdS: 0068\r\n"
		      "Call-ID: wsinv.ndaksdj@192.0.2.1\r\n"
		      "cseq: 0009\r\n  REGISTER\r\n"
		      "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n"
		      "s :\r\n"
		      "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
		      "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n"
		      "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n"
		      "  branch  =   z9hG4bK9ikj8  ,\r\n"
		      " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n"
		      " z9hG4bK30239\r\n\r\n"),
		SIP_VALID, 0, "odd white space");
	check(sip_example_parse("!interesting-Method0123456789_*+`.%indeed'~ sip:a@b SIP/2.0\r\n"
				"Via: SIP/2.0/UDP a\r\nFrom: <sip:a@b>;tag=_token~1'+`*%!-.\r\n"
				"To: \"BEL:\xc3\xa9\" <sip:a@b>\r\nCall-ID: <>\r\n"
				"CSeq: 1 !interesting-Method0123456789_*+`.%indeed'~\r\n\r\n"),
		SIP_VALID, 0, "odd tokens");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_row_wrong),
		cmocka_unit_test(an_ack_and_a_response_are_never_answered),
		cmocka_unit_test(the_body_ends_at_content_length),
		cmocka_unit_test(unusual_but_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
