/* SPDX-License-Identifier: BSD-3-Clause */
/* A NOTIFY of the S-CSCF toward a UE: on which set, and what comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"
#include "pcscf_network.h"
#include "pcscf_state.h"
#include "sip_reply.h"
#include "sip_via.h"

#define CONTACT "sip:alice@" BENCH_UE ":40113"
#define ROUTE   "Route: <sip:alice%40home%2Enet@pcscf.visited.net:5060;lr>\r\n"

static void notify(void)
{
	bench_toward_ue("NOTIFY", CONTACT, ROUTE "Event: reg\r\n");
}

/* port_pc of the set that the NOTIFY left on. */
static unsigned port_pc(void)
{
	assert_non_null(bench.toward_ue);
	assert_int_equal(bench.toward_ue_flow.remote.port, BENCH_PORT_US);
	return bench.toward_ue_flow.local.port;
}

static void on_the_set(void **state)
{
	char text[NET_TEXT_MAX];

	(void)state;
	bench_reach_registration();
	notify();
	assert_int_equal(port_pc(), bench.answer_flow.local.port);
	assert_int_equal(bench.toward_ue_flow.transport, SIP_UDP);
	assert_string_equal(
		net_address_print(&bench.toward_ue_flow.remote.address, text), BENCH_UE);
	bench_assert_has(bench.toward_ue_text, "NOTIFY " CONTACT " SIP/2.0\r\n");
	bench_assert_has(bench.toward_ue_text, "Via: SIP/2.0/UDP 203.0.113.9:6100;branch=z9hG4bK");
	bench_assert_has(bench.toward_ue_text,
		"Record-Route: <sip:alice%40home%2Enet@203.0.113.9:6100;lr>\r\n");
	bench_assert_has(bench.toward_ue_text, "Max-Forwards: 69\r\n");
	bench_assert_has_not(bench.toward_ue_text, "\r\nRoute:");
	bench_answer(200, "P-Asserted-Identity: <sip:bob@home.net>\r\nX-Own: kept\r\n");
	assert_int_equal(bench.home_status, 200);
	bench_assert_has(bench.home_text, "Via: SIP/2.0/UDP scscf.home.net;branch=z9hG4bKhome");
	bench_assert_has(bench.home_text, "X-Own: kept");
	bench_assert_has_not(bench.home_text, "203.0.113.9");
	bench_assert_has_not(bench.home_text, "bob");
}

static void by_tcp_where_the_ue_wants_it(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_toward_ue("NOTIFY", CONTACT ";transport=TCP", ROUTE);
	assert_int_equal(bench.toward_ue_flow.transport, SIP_TCP);
	assert_int_equal(port_pc(), bench.answer_flow.local.port);
	bench_assert_has(bench.toward_ue_text, "Via: SIP/2.0/TCP 203.0.113.9:6100;branch=");
	bench_answer(200, "");
}

/* The old set until the new one is used: an answer on it is such a use. */
static void which_set(void **state)
{
	struct sip_flow arrival = {.transport = SIP_UDP, .local = {.port = 6100}};
	unsigned first, second;

	(void)state;
	bench_reach_registration();
	first = bench.answer_flow.local.port;
	bench_reauthenticate(41000);
	second = bench.answer_flow.local.port;
	assert_int_not_equal(first, second);
	notify();
	assert_int_equal(port_pc(), first);
	bench_answer(200, "");
	arrival.remote = bench.toward_ue_flow.remote;
	arrival.remote.port = BENCH_PORT_UC;
	pcscf_answered(bench.pcscf, &arrival);
	assert_int_equal(bench_sets_in(SA_SET_NEW), 1);
	arrival.remote.port = 41000;
	arrival.local.port = 6101;
	pcscf_answered(bench.pcscf, &arrival);
	assert_int_equal(bench_sets_in(SA_SET_NEW), 1);
	arrival.local.port = 6100;
	pcscf_answered(bench.pcscf, &arrival);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_int_equal(bench_sets_in(SA_SET_OLD), 1);
	notify();
	assert_int_equal(port_pc(), second);
	bench_answer(200, "");
	/* The last word still leaves. */
	pcscf_network_deregister(bench.pcscf, BENCH_IMPI, "sip:alice@home.net");
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 2);
	notify();
	assert_int_equal(port_pc(), second);
	bench_answer(200, "");
	bench_wait_ms(8000);
	notify();
	assert_int_equal(bench.home_status, 480);
}

static void nobody_there(void **state)
{
	static const struct {
		const char *method, *uri, *rows;
		unsigned status;
	} cases[] = {
		{"NOTIFY", "sip:alice@198.51.100.24:40113", ROUTE, 480},
		{"NOTIFY", "sip:alice@" BENCH_UE ":40112", ROUTE, 480},
		{"NOTIFY", "sip:alice@" BENCH_UE, ROUTE, 480},
		{"NOTIFY", "sip:alice@ue.net:40113", ROUTE, 480},
		{"NOTIFY", "tel:+15550100", ROUTE, 480},
		{"NOTIFY", CONTACT, "", 480},
		{"NOTIFY", CONTACT, "Route: <sip:bob%40home.net@pcscf.visited.net;lr>\r\n", 480},
		{"NOTIFY", CONTACT, "Route: <sip:alice%40home.net@pcscf.other.net;lr>\r\n", 480},
		{"INVITE", CONTACT, ROUTE, 405},
	};

	(void)state;
	bench_reach_challenge();
	notify();
	assert_int_equal(bench.home_status, 480); /* a temporary set carries nothing else */
	bench_close(NULL);
	bench_open(NULL);
	bench_reach_registration();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bench_toward_ue(cases[i].method, cases[i].uri, cases[i].rows);
		assert_null(bench.toward_ue);
		assert_int_equal(bench.home_status, cases[i].status);
	}
	assert_int_equal(pcscf_counters(bench.pcscf)->unreachable, 8);
	assert_int_equal(pcscf_counters(bench.pcscf)->terminated, 0);
}

/* It is not its own, and it ends nothing: the final one is still to come. */
static void a_strange_provisional_answer_goes_no_further(void **state)
{
	struct sip_message *response;

	(void)state;
	bench_reach_registration();
	notify();
	assert_int_equal(sip_reply_create(bench.toward_ue, 183, NULL, "ue", &response), 0);
	assert_int_equal(sip_via_pop(response), 0);
	sip_hop_reply(bench.toward_ue_reply, response);
	assert_int_equal(bench.home_status, 0);
	bench_answer(200, "");
	assert_int_equal(bench.home_status, 200);
}

/* The host's name may be an address: a URI has it in brackets, and in many forms. */
static void by_any_form_of_the_own_name(void **state)
{
	static const struct {
		const char *name, *host;
		bool own;
	} cases[] = {
		{"pcscf.visited.net", "PCSCF.visited.net", true},
		{"pcscf.visited.net", "pcscf.other.net", false},
		{"[2001:db8::7]", "[2001:db8::7]", true},
		{"[2001:db8::7]", "[2001:DB8:0::7]", true},
		{"[2001:db8::7]", "[2001:db8::8]", false},
		{"203.0.113.10", "203.0.113.10", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pcscf_settings settings = {.host_name = ""};
		const struct net_address own = {.family = NET_NONE};
		struct sip_message *request;
		char route[128], impi[PCSCF_IMPI_MAX];

		strcpy(settings.host_name, cases[i].name);
		snprintf(route, sizeof(route), "<sip:alice%%40home.net@%s:5060;lr>", cases[i].host);
		assert_int_equal(
			sip_message_create_request(sip_text("NOTIFY"), sip_text(CONTACT), &request),
			0);
		assert_int_equal(sip_header_add(request, SIP_HEADER_ROUTE, sip_text(route)), 0);
		assert_int_equal(pcscf_record_route_pop(&settings, &own, request, impi), 0);
		assert_string_equal(impi, cases[i].own ? BENCH_IMPI : "");
		sip_message_destroy(request);
	}
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("P-USE P-ID P-REG NOTIFY on the set, and its answer", on_the_set),
		CASE("P-USE by TCP where the UE wants it", by_tcp_where_the_ue_wants_it),
		CASE("P-LIFE INT-7 which set carries it", which_set),
		CASE("P-BIND nobody is there", nobody_there),
		CASE("RFC 3261 16.4 by any form of the own name", by_any_form_of_the_own_name),
		CASE("RFC 3261 16.7 a strange provisional answer goes no further",
			a_strange_provisional_answer_goes_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
