/* SPDX-License-Identifier: BSD-3-Clause */
/* A registered UE's SUBSCRIBE toward the S-CSCF, and its answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"
#include "sip_reply.h"
#include "sip_via.h"

static struct bench_register subscribe(const char *more)
{
	struct bench_register request = bench_sm7();

	request.method = "SUBSCRIBE";
	request.uri = "sip:alice@home.net";
	request.authorization = "";
	request.client = "";
	request.more = more;
	return request;
}

static unsigned counter(const char *name)
{
	const struct pcscf_counters *counters = pcscf_counters(bench.pcscf);
	unsigned value = 0;

#define X(member, text, meaning) value += strcmp(text, name) == 0 ? (unsigned)counters->member : 0;
	PCSCF_COUNTERS(X)
#undef X
	return value;
}

static void by_service_route(void **state)
{
	struct bench_register request =
		subscribe("Proxy-Require: sec-agree\r\nRoute: <sip:203.0.113.9:6100;lr>, "
			  "<sip:evil.net;lr>\r\n"
			  "Record-Route: <sip:evil.net;lr>\r\nP-Charging-Vector: icid-value=1\r\n"
			  "Event: reg\r\nX-Own: kept\r\n");

	(void)state;
	bench_reach_registration();
	bench_ue(&request);
	bench_assert_has(bench.forwarded_text, "SUBSCRIBE sip:alice@home.net SIP/2.0\r\n");
	bench_assert_has(bench.forwarded_text, "Route: <sip:orig@scscf.home.net;lr>\r\n");
	bench_assert_has(bench.forwarded_text,
		"Record-Route: <sip:alice%40home%2Enet@pcscf.visited.net:5060;lr>\r\n");
	bench_assert_has(bench.forwarded_text, "Via: SIP/2.0/UDP pcscf.visited.net:5060;branch=");
	bench_assert_has(bench.forwarded_text, "Max-Forwards: 69\r\n");
	bench_assert_has(bench.forwarded_text, "X-Own: kept\r\n");
	bench_assert_has_not(bench.forwarded_text, "evil.net");
	bench_assert_has_not(bench.forwarded_text, "sec-agree");
	bench_assert_has_not(bench.forwarded_text, "Security-");
	bench_assert_has_not(bench.forwarded_text, "P-Charging");
	bench_home(200, "Record-Route: <sip:alice%40home%2Enet@pcscf.visited.net:5060;lr>\r\n"
			"Contact: <sip:scscf.home.net>\r\n");
	assert_int_equal(bench.status, 200);
	bench_assert_has(
		bench.answer_text, "Record-Route: <sip:alice%40home%2Enet@203.0.113.9:6100;lr>");
	bench_assert_has_not(bench.answer_text, "pcscf.visited.net");
	assert_int_equal(
		bench.answer_flow.local.port == 6101 || bench.answer_flow.local.port == 6102, 1);
	assert_int_equal(bench.answer_flow.remote.port, BENCH_PORT_US);
	assert_int_equal(counter("pcscf_originated"), 1);
}

static void within_a_dialog(void **state)
{
	struct bench_register request = subscribe(
		"Route: <sip:alice%40home%2Enet@203.0.113.9:6100;lr>, <sip:next.home.net;lr>\r\n");

	(void)state;
	request.uri = "sip:scscf.home.net";
	request.to_params = ";tag=net";
	bench_reach_registration();
	bench_ue(&request);
	bench_assert_has(bench.forwarded_text, "SUBSCRIBE sip:scscf.home.net SIP/2.0\r\n");
	bench_assert_has(bench.forwarded_text, "\r\nRoute: <sip:next.home.net;lr>\r\n");
	bench_assert_has_not(bench.forwarded_text, "Route: <sip:orig@");
	bench_home(481, "");
	assert_int_equal(bench.status, 481);
}

static void the_identity(void **state)
{
	static const struct {
		const char *rows, *asserted;
	} cases[] = {
		{"", "sip:alice@home.net"},
		{"P-Preferred-Identity: <tel:+1-555-0100>\r\n", "tel:+15550100"},
		{"P-Preferred-Identity: <sip:alice@HOME.net>\r\n", "sip:alice@home.net"},
		{"P-Preferred-Identity: <sip:bob@home.net>\r\n", "sip:alice@home.net"},
		{"P-Preferred-Identity: \"\r\n", "sip:alice@home.net"},
		{"P-Preferred-Identity: <sip:bob@home.net>, <tel:+15550100>\r\n", "tel:+15550100"},
		{"P-Asserted-Identity: <sip:bob@home.net>, <tel:+49>\r\n", "sip:alice@home.net"},
	};
	char expected[128];

	(void)state;
	bench_reach_registration();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench_register request = subscribe(cases[i].rows);

		bench_ue(&request);
		snprintf(expected, sizeof(expected), "\r\nP-Asserted-Identity: <%s>\r\n",
			cases[i].asserted);
		bench_assert_has(bench.forwarded_text, expected);
		bench_assert_has_not(bench.forwarded_text, "bob");
		bench_assert_has_not(bench.forwarded_text, "tel:+49");
		bench_assert_has_not(bench.forwarded_text, "P-Preferred");
		bench_home(200, "");
	}
}

/* Registered by it, but never among the associated ones: nobody calls himself so. */
static void a_barred_identity_is_not_asserted(void **state)
{
	struct bench_register request = subscribe("P-Preferred-Identity: <sip:imsi@home.net>\r\n");
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	sm7.to = "sip:imsi@home.net";
	bench_ue(&sm7);
	bench_home_accepts(600);
	request.verify = bench.server_list;
	bench_ue(&request);
	bench_assert_has(bench.forwarded_text, "P-Asserted-Identity: <sip:alice@home.net>\r\n");
	bench_home(200, "");
}

static unsigned refused(const struct bench_register *request)
{
	unsigned before = counter("pcscf_refused");

	bench_ue(request);
	assert_null(bench.forwarded);
	assert_int_equal(counter("pcscf_refused"), before + 1);
	return bench.status;
}

/* The home network names none: all that was registered is barred. */
static void of_barred_identities_none_is_asserted(void **state)
{
	struct bench_register request = subscribe("P-Preferred-Identity: <sip:alice@home.net>\r\n");
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home(200, "Contact: <sip:alice@" BENCH_UE ":40113>;expires=600\r\n"
			"Service-Route: <sip:orig@scscf.home.net;lr>\r\n");
	assert_int_equal(bench.status, 200);
	request.verify = bench.server_list;
	assert_int_equal(refused(&request), 403);
}

static void who_is_refused(void **state)
{
	struct bench_register request;

	(void)state;
	bench_reach_challenge();
	request = subscribe("");
	assert_int_equal(refused(&request), 403); /* before SM12 */
	request.source_port = request.to_port = 0;
	assert_int_equal(refused(&request), 403); /* bare */
	bench_close(NULL);
	bench_open(NULL);
	bench_reach_registration();
	assert_int_equal(refused(&request), 403);
	request = subscribe("");
	request.source_port = 4711;
	assert_int_equal(refused(&request), 403); /* no such set */
	request = subscribe("");
	request.via_host = "198.51.100.99";
	assert_int_equal(refused(&request), 400);
	request = subscribe("");
	request.verify = "";
	assert_int_equal(refused(&request), 494);
	bench_assert_has(bench.answer_text, "Security-Server: ipsec-3gpp;q=");
	request.verify = "ipsec-3gpp;alg=hmac-md5-96;spi-c=1;spi-s=2;port-c=3;port-s=4";
	assert_int_equal(refused(&request), 494);
	assert_int_equal(counter("pcscf_refused_agreement"), 2);
	request = subscribe("");
	request.method = "MESSAGE";
	assert_int_equal(refused(&request), 405);
	bench_assert_has(bench.answer_text, "Allow: REGISTER, SUBSCRIBE\r\n");
	request = subscribe("Proxy-Require: sec-agree, foo\r\n");
	assert_int_equal(refused(&request), 420);
	bench_assert_has(bench.answer_text, "Unsupported: foo\r\n");
	/* Its registration is over, its set not yet. */
	bench_wait_ms(600000);
	request = subscribe("");
	assert_int_equal(refused(&request), 403);
	bench_assert_has(bench.answer_text, "403 No registered identity to assert");
}

static void not_on_a_set_that_fades(void **state)
{
	struct bench_register old, on_new;
	char verify[sizeof(bench.server_list)];

	(void)state;
	bench_reach_registration();
	strcpy(verify, bench.server_list);
	old = subscribe("");
	old.verify = verify;
	bench_reauthenticate(41000);
	/* The UE may not have seen its SM12. */
	bench_ue(&old);
	bench_home(200, "");
	assert_int_equal(bench.status, 200);
	on_new = subscribe("");
	bench_ue(&on_new);
	bench_home(200, "");
	assert_int_equal(bench_sets_in(SA_SET_OLD), 1);
	assert_int_equal(refused(&old), 403);
	bench_assert_has(bench.answer_text, "403 A newer security association is in use");
}

/* The set goes while the home network thinks. */
static void an_answer_outlives_its_set(void **state)
{
	struct bench_register request;

	(void)state;
	bench_reach_registration();
	request = subscribe("");
	bench_ue(&request);
	bench_wait_ms(700000);
	assert_int_equal(bench_sets(), 0);
	bench_home(200, "");
	assert_int_equal(bench.status, 200);
}

/* It is not its own, and it ends nothing: the final one is still to come. */
static void a_strange_provisional_answer_goes_no_further(void **state)
{
	struct bench_register request;
	struct sip_message *response;

	(void)state;
	bench_reach_registration();
	request = subscribe("");
	bench_ue(&request);
	assert_int_equal(sip_reply_create(bench.forwarded, 183, NULL, "home", &response), 0);
	assert_int_equal(sip_via_pop(response), 0);
	sip_hop_reply(bench.home_reply, response);
	assert_int_equal(bench.status, 0);
	bench_home(200, "");
	assert_int_equal(bench.status, 200);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("P-24229 P-USE REG-5 SUBSCRIBE goes by Service-Route", by_service_route),
		CASE("P-24229 within a dialog by the recorded route", within_a_dialog),
		CASE("P-ID whose request it is", the_identity),
		CASE("P-ID a barred identity is not asserted", a_barred_identity_is_not_asserted),
		CASE("P-ID of barred identities none is asserted",
			of_barred_identities_none_is_asserted),
		CASE("P-BIND P-CHK P-WHICH P-PORT RFC 3261 16.3 who is refused", who_is_refused),
		CASE("P-LIFE nothing begins on a set that fades", not_on_a_set_that_fades),
		CASE("P-USE an answer outlives its set", an_answer_outlives_its_set),
		CASE("RFC 3261 16.7 a strange provisional answer goes no further",
			a_strange_provisional_answer_goes_no_further),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
