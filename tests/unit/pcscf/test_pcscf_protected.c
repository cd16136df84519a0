/* SPDX-License-Identifier: BSD-3-Clause */
/* What travels on a set: SM7 to SM12, and what follows a registration. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static void success_confirms_the_set(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	bench.events[0] = '\0';
	bench_ue(&sm7);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	/* P-USE: not back where the request came from. */
	assert_in_range(bench.answer_flow.local.port, 6101, 6103);
	bench_assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	assert_string_equal(bench.events, "SM7 SM8 SM12 ");
	bench_assert_has_not(bench.answer_text, "Security-Server");
	/* The registration's end and 30 s, then it goes. */
	bench_wait_ms(629999);
	assert_int_equal(bench_sets(), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

static void wrong_res_ends_the_set_after_the_answer(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home(403, "");
	assert_int_equal(bench.status, 403);
	bench_assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	assert_int_equal(bench.deleted, 0);
	/* It carries nothing new any more. */
	bench_ue(&sm7);
	assert_int_equal(bench.status, 403);
	assert_null(bench.forwarded);
	bench_wait_ms(10000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
	assert_int_equal(bench_sets(), 0);
}

struct deviation {
	const char *name;
	void (*change)(struct bench_register *sm7);
	unsigned status;
};

static void change_verify(struct bench_register *sm7)
{
	static char list[2048];
	char *q;

	snprintf(list, sizeof(list), "%s", sm7->verify);
	q = strstr(list, "q=0.9");
	assert_non_null(q);
	q[4] = '1';
	sm7->verify = list;
}

static void drop_verify(struct bench_register *sm7)
{
	sm7->verify = "";
}

static void change_client(struct bench_register *sm7)
{
	sm7->client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=2718281828;spi-s=3141592653;port-c=40112;"
		      "port-s=40113";
}

static void change_via(struct bench_register *sm7)
{
	sm7->via_host = "198.51.100.24";
}

static void change_impi(struct bench_register *sm7)
{
	sm7->authorization = "Digest username=\"mallory@home.net\",nonce=\"" BENCH_NONCE
			     "\",response=\"0123456789abcdef0123456789abcdef\"";
}

static void change_method(struct bench_register *sm7)
{
	sm7->method = "INVITE";
}

/* Nobody is asked what the name means: the source of the SA stands beside it. */
static void a_name_in_via_is_bound_by_the_source(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	sm7.via_host = "ue.example.net";
	bench_ue(&sm7);
	bench_assert_has(bench.forwarded_text, "received=" BENCH_UE);
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	bench_assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	/* An address that is another's is no name. */
	sm7 = bench_sm7();
	sm7.via_host = "198.51.100.24";
	bench_ue(&sm7);
	assert_int_equal(bench.status, 400);
}

static void sm7_must_repeat_what_was_agreed(void **state)
{
	static const struct deviation cases[] = {
		{"Security-Verify changed", change_verify, 494},
		{"Security-Verify missing", drop_verify, 494},
		{"Security-Client changed", change_client, 403},
		{"Via is another host", change_via, 400},
		{"another IMPI", change_impi, 403},
		{"not a REGISTER", change_method, 403},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench_register sm7;
		char list[2048];

		bench_reach_challenge();
		sm7 = bench_sm7();
		snprintf(list, sizeof(list), "Security-Server: %s\r\n", sm7.verify);
		cases[i].change(&sm7);
		bench_ue(&sm7);
		if (bench.status != cases[i].status)
			fail_msg("%s: %u", cases[i].name, bench.status);
		assert_null(bench.forwarded);
		bench_assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
		if (bench.status == 494)
			bench_assert_has(bench.answer_text, list);
		bench_wait_ms(300000);
		assert_int_equal(bench_sets(), 0);
	}
}

static void integrity_is_yes_only_on_the_right_set(void **state)
{
	struct bench_register sm7, plain;

	(void)state;
	/* On the temporary set, without a response: not protected (IPI-2). */
	bench_reach_challenge();
	plain = sm7 = bench_sm7();
	plain.authorization = NULL;
	bench_ue(&plain);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
	bench_wait_ms(10000);

	/* A response to another challenge than the one that made the set (IPI-1). */
	bench_reach_challenge();
	sm7 = bench_sm7();
	sm7.authorization = "Digest username=\"" BENCH_IMPI "\",nonce=\"b3RoZXI=\",response="
			    "\"0123456789abcdef0123456789abcdef\"";
	bench_ue(&sm7);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
	bench_wait_ms(10000);

	/* A response without any protection. */
	sm7 = bench_sm7();
	sm7.source_port = sm7.to_port = 0;
	bench_ue(&sm7);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
}

static void on_the_confirmed_set_no_response_is_protected(void **state)
{
	struct bench_register sm7, again;

	(void)state;
	bench_reach_challenge();
	again = sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	again.authorization = NULL;
	again.client =
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=40114;port-s=40113";
	bench_ue(&again);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
	bench_home(403, "");
	bench_ue(&sm7); /* a response, on the old set */
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
	/* P-ERR: failed attempts take nothing away from an established set. */
	bench_wait_ms(10000);
	assert_int_equal(bench_sets(), 1);
}

static void a_new_challenge_travels_on_the_old_set_and_changes_port_pc(void **state)
{
	struct bench_register again, sm7;
	uint16_t first_port;

	(void)state;
	bench_reach_challenge();
	again = sm7 = bench_sm7();
	first_port = bench.sas[2].ports[0].local;
	bench_ue(&sm7);
	bench_home_accepts(600);
	again.authorization = NULL;
	again.client =
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=40114;port-s=40113";
	bench_ue(&again);
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	bench_assert_flow(BENCH_UE, first_port, BENCH_PORT_US);
	assert_int_equal(bench.sa_count, 8);
	assert_int_not_equal(bench.sas[6].ports[0].local, first_port);
	assert_int_equal(bench.sas[4].ports[0].local, 6100);
	assert_int_equal(bench_sets(), 2);

	sm7.source_port = 40114;
	sm7.client = again.client;
	sm7.verify = bench.server_list;
	bench_ue(&sm7);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	bench_assert_flow(BENCH_UE, bench.sas[6].ports[0].local, BENCH_PORT_US);
	/* SM1 was protected: the old set still serves what is under way. */
	bench_wait_ms(10000);
	assert_int_equal(bench_sets(), 2);
	assert_int_equal(bench.deleted, 0);
}

static void a_challenge_for_what_came_on_a_temporary_set_ends_it(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 403);
	bench_assert_has_not(bench.answer_text, "WWW-Authenticate");
	bench_wait_ms(10000);
	assert_int_equal(bench_sets(), 0);
}

static void a_message_without_its_set_is_refused(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	sm7.source_port = 40999;
	bench_ue(&sm7);
	assert_int_equal(bench.status, 403);
	assert_null(bench.forwarded);
}

static void a_deregistration_is_answered_on_the_set(void **state)
{
	struct bench_register bye, sm7;

	(void)state;
	bench_reach_challenge();
	bye = sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(600);
	bye.authorization = NULL;
	bench_ue(&bye);
	bench_home(200, "");
	assert_int_equal(bench.status, 200);
	bench_assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	assert_int_equal(bench.deleted, 0);
	bench_wait_ms(10000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("A-SM12 P-LIFE success confirms the set", success_confirms_the_set),
		CASE("E-2 P-ERR wrong RES ends the set after the answer",
			wrong_res_ends_the_set_after_the_answer),
		CASE("P-BIND a name in Via is bound by the source",
			a_name_in_via_is_bound_by_the_source),
		CASE("P-CHK P-BIND SM7 repeats what was agreed", sm7_must_repeat_what_was_agreed),
		CASE("IPI-1 IPI-2 yes only on the right set",
			integrity_is_yes_only_on_the_right_set),
		CASE("IPI-2 no response on the confirmed set",
			on_the_confirmed_set_no_response_is_protected),
		CASE("P-WHICH P-PORT a new challenge on the old set",
			a_new_challenge_travels_on_the_old_set_and_changes_port_pc),
		CASE("P-WHICH a challenge for what came on a temporary set ends it",
			a_challenge_for_what_came_on_a_temporary_set_ends_it),
		CASE("P-BIND a message without its set is refused",
			a_message_without_its_set_is_refused),
		CASE("P-ERR a de-registration is answered on the set",
			a_deregistration_is_answered_on_the_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
