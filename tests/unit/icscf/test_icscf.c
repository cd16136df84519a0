/* SPDX-License-Identifier: BSD-3-Clause */
/* An I-CSCF between a real HSS and the test, which plays the P-CSCF and two S-CSCFs. */
#include "icscf.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../home.h"
#include "sip_parse.h"
#include "sip_print.h"
#include "sip_reply.h"
#include "sip_validate.h"
#include "sip_via.h"

#define S1 "sip:s1.home.net"
#define S2 "sip:s2.home.net"

static struct {
	struct home home;
	struct icscf *icscf;
	uint64_t seed;
	bool no_hss;

	/* what reached an S-CSCF */
	unsigned forwarded;
	const char *by; /* which one */
	struct sip_message *request;
	char text[16384];
	struct sip_reply_to reply_to;

	/* what came back; status 0: nothing */
	unsigned answers, status;
	bool nothing; /* memory ended */
	char answer[16384];

	char events[1024];
	struct trace trace;
	struct trace_listener listener;
} bench;

static void hear(void *context, const struct trace_event *event)
{
	(void)context;
	strcat(strcat(bench.events, event->name), " ");
}

static void print(const struct sip_message *message, char *out, size_t size)
{
	size_t len;

	assert_int_equal(sip_print(message, out, size - 1, &len), 0);
	out[len] = '\0';
}

static void take_request(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	bench.forwarded++;
	bench.by = element;
	bench.request = request;
	bench.reply_to = reply_to;
	print(request, bench.text, sizeof(bench.text));
}

static void take_answer(void *context, struct sip_message *response)
{
	assert_ptr_equal(context, &bench);
	if (!response) {
		bench.answers++;
		bench.nothing = true;
		return;
	}
	bench.answers += response->status >= 200;
	bench.status = response->status;
	print(response, bench.answer, sizeof(bench.answer));
	sip_message_destroy(response);
}

static int reach_uar(void *hss, const struct cx_uar *request,
	void (*answered)(void *context, const struct cx_uaa *answer), void *context)
{
	return bench.no_hss ? -ECONNREFUSED : bench.home.cx.uar(hss, request, answered, context);
}

static int open_bench(void **state)
{
	struct icscf_settings settings = {
		.host_name = "icscf.home.net",
		.scscfs = {{.name = S1, .hop = {take_request, (void *)(uintptr_t)S1}},
			{.name = S2, .hop = {take_request, (void *)(uintptr_t)S2}}},
		.scscf_count = 2,
		.trace = &bench.trace,
	};

	(void)state;
	memset(&bench, 0, sizeof(bench));
	home_open(&bench.home);
	bench.listener.hear = hear;
	trace_add(&bench.trace, &bench.listener);
	settings.random = random_seeded(&bench.seed);
	settings.cx = bench.home.cx;
	settings.cx.uar = reach_uar;
	return icscf_create(&settings, &bench.icscf);
}

static int close_bench(void **state)
{
	(void)state;
	sip_message_destroy(bench.request);
	icscf_destroy(bench.icscf);
	home_close(&bench.home);
	return 0;
}

/* What a REGISTER from the P-CSCF says; NULL: as in an ordinary one. */
struct asked {
	const char *line, *authorization, *to, *more, *max_forwards;
};

#define CREDENTIALS                                                                             \
	"Digest username=\"" HOME_IMPI "\",realm=\"home.net\",uri=\"sip:home.net\",nonce=\"\"," \
	"response=\"\",integrity-protected=\"no\""

static void send_asked(struct asked asked)
{
	static char text[64 * 1024];
	struct sip_next_hop hop = icscf_hop(bench.icscf);
	struct sip_message *request;
	const char *line = asked.line ? asked.line : "REGISTER";

	bench.status = 0;
	bench.by = NULL;
	snprintf(text, sizeof(text),
		"%s sip:home.net SIP/2.0\r\nVia: SIP/2.0/UDP pcscf.visited.net;branch=z9hG4bKp\r\n"
		"Max-Forwards: %s\r\nFrom: <sip:a@home.net>;tag=f\r\nTo: <%s>\r\nCall-ID: c\r\n"
		"CSeq: 1 %s\r\nContact: <sip:a@198.51.100.23>\r\n"
		"P-Visited-Network-ID: \"visited.net\"\r\n%s%s%s%sContent-Length: 0\r\n\r\n",
		line, asked.max_forwards ? asked.max_forwards : "70",
		asked.to ? asked.to : HOME_IMPU, line,
		asked.authorization && !asked.authorization[0] ? "" : "Authorization: ",
		asked.authorization ? asked.authorization : CREDENTIALS,
		asked.authorization && !asked.authorization[0] ? "" : "\r\n",
		asked.more ? asked.more : "");
	assert_int_equal(sip_parse(text, strlen(text), &request), 0);
	assert_int_equal(sip_validate(request).kind, SIP_VALID);
	sip_hop_send(hop, request, (struct sip_reply_to){.reply = take_answer, .context = &bench});
	home_turn(&bench.home);
}

/* The S-CSCF's answer to what was forwarded; a final one ends the request. */
static struct sip_message *response_of(unsigned status)
{
	struct sip_message *response;

	assert_int_equal(sip_reply_create(bench.request, status, NULL, "t", &response), 0);
	return response;
}

static void answer_with(struct sip_message *response)
{
	bool final = !response || response->status >= 200;

	bench.reply_to.reply(bench.reply_to.context, response);
	if (final) {
		sip_message_destroy(bench.request);
		bench.request = NULL;
	}
}

static void put_flag(const char *scscf)
{
	const struct store_registration registration = {
		.flag = scscf[0] ? STORE_PENDING : STORE_UNREGISTERED};
	struct store_registration copy = registration;

	snprintf(copy.scscf, sizeof(copy.scscf), "%s", scscf);
	assert_int_equal(store_registration_put(bench.home.store, HOME_IMPU, &copy), 0);
	home_turn(&bench.home);
}

static void a_register_goes_to_the_s_cscf_and_back(void **state)
{
	(void)state;
	send_asked((struct asked){.line = NULL});
	assert_int_equal(bench.forwarded, 1);
	assert_ptr_equal(strstr(bench.text, "REGISTER " S1 " SIP/2.0\r\n"), bench.text);
	assert_non_null(strstr(bench.text, "Via: SIP/2.0/UDP icscf.home.net;branch=z9hG4bK"));
	assert_true(strstr(bench.text, "icscf.home.net") < strstr(bench.text, "pcscf.visited"));
	assert_non_null(strstr(bench.text, "Max-Forwards: 69\r\n"));
	assert_non_null(strstr(bench.text, "integrity-protected=\"no\""));

	answer_with(response_of(100));
	assert_int_equal(bench.status, 100);
	assert_int_equal(bench.answers, 0);
	answer_with(response_of(401));
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench.answers, 1);
	assert_null(strstr(bench.answer, "icscf.home.net"));
	assert_non_null(strstr(bench.answer, "pcscf.visited.net"));
	assert_string_equal(bench.events, "UAR UAA SM3 SM5 ");
}

static void sm8_asks_the_hss_again(void **state)
{
	(void)state;
	send_asked((struct asked){.line = NULL});
	answer_with(response_of(401));
	bench.events[0] = '\0';
	send_asked((struct asked){.authorization = "Digest username=\"" HOME_IMPI
						   "\",realm=\"home.net\",nonce=\"x\","
						   "response=\"0\",integrity-protected=\"yes\""});
	answer_with(response_of(200));
	assert_int_equal(bench.status, 200);
	assert_string_equal(bench.events, "UAR UAA SM9 SM11 ");
}

static void the_hss_names_the_s_cscf(void **state)
{
	(void)state;
	put_flag(S2);
	for (unsigned i = 0; i < 3; i++) {
		send_asked((struct asked){.line = NULL});
		assert_string_equal(bench.by, S2);
		answer_with(response_of(401));
	}
	/* One out of reach, and none: assigned here, in turn. */
	put_flag("sip:s9.home.net");
	send_asked((struct asked){.line = NULL});
	assert_string_equal(bench.by, S2);
	answer_with(response_of(401));
	put_flag("");
	send_asked((struct asked){.line = NULL});
	assert_string_equal(bench.by, S1);
	answer_with(response_of(401));
}

static void who_may_not_register_is_refused_here(void **state)
{
	static const struct {
		struct asked asked;
		unsigned status;
	} rows[] = {
		{{.to = "sip:b@home.net"}, 403},
		{{.to = "sip:nobody@home.net"}, 403},
		{{.authorization = "Digest username=\"c@home.net\""}, 403},
		{{.authorization = ""}, 400},
		{{.authorization = "Digest realm=\"home.net\""}, 400},
		{{.authorization = "Digest username=\"\""}, 400},
		{{.authorization = "Digest username=\"a\""}, 400},
		{{.authorization = "Digest username=\"a@home.net\",username=\"b@home.net\""}, 400},
		{{.to = "sip:home.net"}, 400},
		{{.more = "Expires: 0\r\n"}, 403}, /* leaves, and was never there */
		{{.line = "INVITE"}, 405},
		{{.line = "FOO"}, 405},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		send_asked(rows[i].asked);
		if (bench.status != rows[i].status)
			fail_msg("row %zu: %u", i, bench.status);
		assert_int_equal(bench.answers, i + 1);
	}
	assert_int_equal(bench.forwarded, 0);
	assert_int_equal(icscf_counters(bench.icscf)->refused, sizeof(rows) / sizeof(rows[0]));
	assert_non_null(strstr(bench.answer, "\r\nAllow: REGISTER\r\n"));
}

/* The longest that has room is asked for; one octet more is not. */
static void long_identities_are_refused(void **state)
{
	static char text[4096];
	const int longest = CX_IDENTITY_MAX - 1;

	(void)state;
	for (int more = 0; more < 2; more++) {
		snprintf(text, sizeof(text), "Digest username=\"%0*d@home.net\"",
			longest + more - (int)strlen("@home.net"), 1);
		send_asked((struct asked){.authorization = text});
		assert_int_equal(bench.status, more ? 400 : 403);
		snprintf(text, sizeof(text), "sip:%0*d@home.net",
			longest + more - (int)strlen("sip:@home.net"), 1);
		send_asked((struct asked){.to = text});
		assert_int_equal(bench.status, more ? 400 : 403);
	}
	assert_int_equal(bench.forwarded, 0);
}

static void an_hss_out_of_reach_is_no_fault_of_the_user(void **state)
{
	(void)state;
	bench.no_hss = true;
	send_asked((struct asked){.line = NULL});
	assert_int_equal(bench.status, 500);
	bench.no_hss = false;
	send_asked((struct asked){.line = NULL});
	assert_int_equal(bench.forwarded, 1);
	answer_with(response_of(401));
}

static void an_answer_that_is_not_its_own_goes_no_further(void **state)
{
	struct sip_message *response;

	(void)state;
	send_asked((struct asked){.line = NULL});
	/* A provisional one ends nothing. */
	response = response_of(100);
	assert_int_equal(sip_via_pop(response), 0);
	answer_with(response);
	assert_false(bench.nothing);
	response = response_of(200);
	assert_int_equal(sip_via_pop(response), 0);
	answer_with(response);
	assert_true(bench.nothing);
	send_asked((struct asked){.line = NULL});
	answer_with(NULL);
	assert_int_equal(bench.answers, 2);
	assert_int_equal(bench.status, 0);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, open_bench, close_bench, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("A-SM2 A-SM5 a REGISTER goes to the S-CSCF and back",
			a_register_goes_to_the_s_cscf_and_back),
		NAMED("A-SM8 the HSS is asked again", sm8_asks_the_hss_again),
		NAMED("REG-5 the HSS names the S-CSCF, or the I-CSCF assigns one",
			the_hss_names_the_s_cscf),
		NAMED("REG-6 AKA-1 who may not register is refused",
			who_may_not_register_is_refused_here),
		NAMED("AKA-1 long identities are refused", long_identities_are_refused),
		NAMED("REG-5 an HSS out of reach is no fault of the user",
			an_hss_out_of_reach_is_no_fault_of_the_user),
		NAMED("RFC 3261 17.1.3 an answer that is not its own goes no further",
			an_answer_that_is_not_its_own_goes_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
