/* SPDX-License-Identifier: BSD-3-Clause */
/* The reg event through all roles: SUBSCRIBE in, NOTIFY out, and a UE that does not answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "network.h"
#include "ue.h"

#define TIMER_F_MS 128000 /* 64 * T1 on Gm */

static char record_route[256], to_tag[64];

static void assert_has(const char *part)
{
	if (!strstr(network.answer, part))
		fail_msg("\"%s\" is not in:\n%s", part, network.answer);
}

static void copy_value(const char *name, char *out, size_t size)
{
	const char *at = strstr(network.answer, name);

	assert_non_null(at);
	at += strlen(name);
	snprintf(out, size, "%.*s", (int)strcspn(at, "\r;>"), at);
}

/* In the dialog that is there, or (to_tag empty) in a new one. */
static void subscribe(unsigned expires_s)
{
	char text[8192], route[300] = "";
	unsigned number = ++ue_branch;

	if (to_tag[0])
		snprintf(route, sizeof(route), "Route: <%s;lr>\r\n", record_route);
	snprintf(text, sizeof(text),
		"SUBSCRIBE %s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP " NETWORK_UE ":40113;branch=z9hG4bK%u\r\n"
		"Max-Forwards: 70\r\n%sFrom: <" UE_IMPU ">;tag=ue\r\nTo: <" UE_IMPU ">%s%s\r\n"
		"Call-ID: reg\r\nCSeq: %u SUBSCRIBE\r\nContact: <sip:" NETWORK_UE ":40113>\r\n"
		"Event: reg\r\nExpires: %u\r\nSecurity-Verify: %s\r\nRequire: sec-agree\r\n"
		"Proxy-Require: sec-agree\r\nContent-Length: 0\r\n\r\n",
		to_tag[0] ? "sip:scscf.home.net" : UE_IMPU, number, route, to_tag[0] ? ";tag=" : "",
		to_tag, number, expires_s, ue_server_list);
	network_send(text, UE_PORT_C, 6100);
}

/* The last NOTIFY, from port_uc to port_ps. */
static void answer_notify(unsigned status)
{
	char text[8192], via[512];
	const char *at = strstr(network.answer, "\r\nFrom: ");
	unsigned cseq;

	assert_int_equal(strncmp(network.answer, "NOTIFY ", 7), 0);
	copy_value("\r\nVia: SIP/2.0/UDP ", via, sizeof(via));
	assert_string_equal(via, "203.0.113.9:6100");
	assert_non_null(at);
	assert_int_equal(sscanf(strstr(network.answer, "CSeq: "), "CSeq: %u NOTIFY", &cseq), 1);
	snprintf(text, sizeof(text), "SIP/2.0 %u X%.*s%.*sContent-Length: 0\r\n\r\n", status,
		(int)(strstr(network.answer, "\r\nMax-Forwards: ") -
			strstr(network.answer, "\r\nVia: ")),
		strstr(network.answer, "\r\nVia: "), (int)(strstr(at, "\r\nContact: ") + 2 - at),
		at);
	network_send(text, UE_PORT_C, 6100);
}

static const struct scscf_counters *scscf(void)
{
	return scscf_counters(network.roles.scscf);
}

static void see(void *context, const struct scscf_view *view)
{
	*(size_t *)context += view->subscription_count;
}

static size_t subscriptions(void)
{
	size_t count = 0;

	scscf_show(network.roles.scscf, UE_IMPI, see, &count);
	return count;
}

/* The 200 is gone when the NOTIFY is there: what it said, for the next ones of the dialog. */
static void subscribed(void)
{
	to_tag[0] = '\0';
	ue_reach_registration();
	subscribe(3600);
	assert_int_equal(strncmp(network.answer, "NOTIFY sip:" NETWORK_UE ":40113 ", 29), 0);
	assert_int_equal(network.answer_flow.remote.port, 40113);
	assert_has("event=\"registered\"");
	copy_value("\r\nFrom: <" UE_IMPU ">;tag=", to_tag, sizeof(to_tag));
	copy_value("\r\nRecord-Route: <", record_route, sizeof(record_route));
	answer_notify(200);
}

static void an_answered_notify_is_sent_once(void **state)
{
	unsigned answers;

	(void)state;
	subscribed();
	answers = network.answers;
	network_wait_ms(TIMER_F_MS);
	assert_int_equal(network.answers, answers);
	assert_int_equal(subscriptions(), 1);
	assert_int_equal(scscf()->subscriptions_lost, 0);
}

static void silence_ends_the_subscription(void **state)
{
	unsigned answers;

	(void)state;
	subscribed();
	subscribe(3600);
	answers = network.answers;
	assert_has("CSeq: 2 NOTIFY\r\n");
	/* Timer E: 2, 4, 8, 16 s. */
	network_wait_ms(2000);
	network_wait_ms(4000);
	network_wait_ms(8000);
	assert_int_equal(network.answers, answers + 3);
	assert_has("CSeq: 2 NOTIFY\r\n");
	assert_int_equal(subscriptions(), 1);
	network_wait_ms(TIMER_F_MS);
	assert_int_equal(subscriptions(), 0);
	assert_int_equal(scscf()->subscriptions_lost, 1);
}

static void the_dialog_goes_on_and_ends(void **state)
{
	(void)state;
	subscribed();
	subscribe(600);
	assert_has("Subscription-State: active;expires=600\r\n");
	assert_has("CSeq: 2 NOTIFY\r\n");
	answer_notify(200);
	subscribe(0);
	assert_has("Subscription-State: terminated;reason=timeout\r\n");
	answer_notify(200);
	assert_int_equal(subscriptions(), 0);
	subscribe(600);
	assert_has("SIP/2.0 481 ");
}

static void who_knows_of_none_is_told_no_more(void **state)
{
	(void)state;
	subscribed();
	subscribe(600);
	answer_notify(481);
	assert_int_equal(subscriptions(), 0);
	assert_int_equal(scscf()->subscriptions_lost, 1);
}

/* The trace shows each hop, for this IMPI. */
static void the_hops_are_traced(void **state)
{
	(void)state;
	ue_reach_registration();
	network.events[0] = '\0';
	to_tag[0] = '\0';
	subscribe(3600);
	answer_notify(200);
	assert_string_equal(
		network.events, "SUBSCRIBE SUBSCRIBE SUBSCRIBE SUBSCRIBE NOTIFY NOTIFY NOTIFY ");
}

#define CASE(name, function)                                      \
	{                                                         \
		name, function, network_open, network_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("P-REG an answered NOTIFY is sent once", an_answered_notify_is_sent_once),
		CASE("P-REG NET-3 silence ends the subscription", silence_ends_the_subscription),
		CASE("P-REG P-24229 the dialog goes on and ends", the_dialog_goes_on_and_ends),
		CASE("P-REG who knows of none is told no more", who_knows_of_none_is_told_no_more),
		CASE("P-REG the hops are traced", the_hops_are_traced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
