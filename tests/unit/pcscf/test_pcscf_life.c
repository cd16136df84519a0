/* SPDX-License-Identifier: BSD-3-Clause */
/* How one set of SAs follows another, and when each ends. SAs 0 … 3 are the first set's, 4 … 7 the
 * second's; of four the third is inbound from port_us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

#define OLD_MS   128000
#define FIRST_MS 630000 /* 600 s of registration and 30 s */

static void assert_states(unsigned new, unsigned confirmed, unsigned replaced, unsigned old)
{
	assert_int_equal(bench_sets_in(SA_SET_NEW), new);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), confirmed);
	assert_int_equal(bench_sets_in(SA_SET_REPLACED), replaced);
	assert_int_equal(bench_sets_in(SA_SET_OLD), old);
}

static void first_use_begins_the_end_of_the_old_set(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_reauthenticate(41000);
	assert_states(1, 0, 1, 0);
	/* SM7 was the first use of the other inbound SA: that alone is no further message. */
	bench_first_use(4);
	bench_wait_ms(200000);
	assert_states(1, 0, 1, 0);
	bench_first_use(6);
	assert_states(0, 1, 0, 1);
	bench_wait_ms(OLD_MS - 1);
	assert_states(0, 1, 0, 1);
	assert_int_equal(bench.deleted, 0);
	bench_wait_ms(1);
	assert_states(0, 1, 0, 0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
	assert_int_equal(pcscf_counters(bench.pcscf)->sets_used, 1);
	/* Told twice, of an SA that is gone, of one that never was: nothing. */
	bench_first_use(6);
	bench_first_use(2);
	bench_first_use(4711);
	assert_states(0, 1, 0, 0);
}

static void a_message_on_the_new_set_begins_the_end_too(void **state)
{
	struct bench_register again;

	(void)state;
	for (unsigned refresh = 0; refresh < 2; refresh++) {
		bench_reach_registration();
		bench_reauthenticate(41000);
		again = bench_sm7();
		again.authorization = NULL;
		again.method = refresh ? "REGISTER" : "OPTIONS";
		bench_ue(&again);
		assert_states(0, 1, 0, 1);
		if (refresh)
			bench_home_accepts(600);
		assert_int_equal(bench.status, refresh ? 200 : 405);
		assert_states(0, 1, 0, 1);
		bench_wait_ms(FIRST_MS);
		assert_int_equal(bench_sets(), 0);
		bench.port_uc = BENCH_PORT_UC;
		bench.client_list[0] = '\0';
	}
}

static void a_message_on_the_old_set_does_not(void **state)
{
	struct bench_register sm7, old;
	char verify[sizeof(bench.server_list)];

	(void)state;
	bench_reach_registration();
	strcpy(verify, bench.server_list);
	bench_reauthenticate(41000);
	sm7 = old = bench_sm7();
	old.source_port = BENCH_PORT_UC;
	old.verify = verify;
	old.client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=7001;spi-s=7002;port-c=43000;port-s=40113";
	old.authorization = NULL;
	/* IPI-2: it is not the set of the latest successful authentication. */
	bench_ue(&old);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
	/* IPI-1: a response, but not on the set of this procedure. */
	old.authorization = sm7.authorization;
	bench_ue(&old);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home_accepts(600);
	assert_int_equal(bench.status, 500);
	assert_states(1, 0, 1, 0);
}

/* Nobody uses the new one: before the old one ends, it takes over. */
static void the_old_set_hands_over_before_its_end(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_wait_ms(100000);
	bench_reauthenticate(41000);
	bench_wait_ms(FIRST_MS - 100000 - OLD_MS - 1);
	assert_states(1, 0, 1, 0);
	bench_wait_ms(1);
	assert_states(0, 1, 0, 1);
	bench_wait_ms(OLD_MS);
	assert_states(0, 1, 0, 0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

static void near_its_end_the_old_set_hands_over_at_once(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_wait_ms(FIRST_MS - 5000);
	bench_reauthenticate(41000);
	bench_wait_ms(1);
	assert_states(0, 1, 0, 1);
	/* It gets no second life. */
	bench_wait_ms(4998);
	assert_states(0, 1, 0, 1);
	bench_wait_ms(1);
	assert_states(0, 1, 0, 0);
}

static void after_a_bare_sm1_others_go_behind_sm12(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_registration();
	bench_reauthenticate(41000);
	snprintf(bench.client_list, sizeof(bench.client_list),
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=7001;spi-s=7002;port-c=42000;port-s=42001");
	bench.port_uc = 42000;
	bench_ue(&(struct bench_register){.client = bench.client_list});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	/* Until then, nothing changes. */
	assert_states(1, 0, 1, 0);
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(600);
	bench_worker(0);
	assert_int_equal(bench.status, 200);
	assert_states(0, 1, 0, 0);
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 2);
	assert_int_equal(bench.deleted, 0);
	bench_wait_ms(8000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 8);
	assert_int_equal(bench_sets(), 1);
}

/* Of three, only the one on which SM1 came stays beside the new one. */
static void the_set_of_sm1_stays_and_others_go(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_reauthenticate(41000);
	bench_reach_reauthentication(41001);
	assert_int_equal(bench_sets_in(SA_SET_TEMPORARY), 1);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_true(bench_sets() <= 3);
	bench_ue(&(struct bench_register){.source_port = 41001,
		.to_port = 6100,
		.client = bench.client_list,
		.verify = bench.server_list,
		.authorization = bench_sm7().authorization});
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	assert_states(1, 0, 1, 0);
	bench_wait_ms(8000);
	assert_int_equal(bench_sets(), 2);
}

/* SM12 was lost: the UE knows only the old set, and begins there again. Two client ports. */
static void a_new_set_that_the_ue_lost_gives_way(void **state)
{
	struct bench_register old;
	char verify[sizeof(bench.server_list)],
		client[] = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=7001;spi-s=7002;port-c=43000;port-s="
			   "40113";

	(void)state;
	bench_reach_registration();
	strcpy(verify, bench.server_list);
	bench_reauthenticate(41000);
	old = bench_sm7();
	old.source_port = BENCH_PORT_UC;
	old.verify = verify;
	old.authorization = NULL;
	old.client = client;
	bench_ue(&old);
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_states(0, 0, 1, 0);
	assert_int_equal(bench_sets_in(SA_SET_TEMPORARY), 1);
	old.source_port = 43000;
	old.verify = bench.server_list;
	old.authorization = bench_sm7().authorization;
	bench_ue(&old);
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	assert_states(1, 0, 1, 0);
}

static void a_set_lives_as_long_as_what_the_ue_had(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_registration();
	bench_reach_reauthentication(41000);
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(60);
	bench_wait_ms(FIRST_MS - 1);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
}

static void a_refresh_only_extends(void **state)
{
	struct bench_register again;

	(void)state;
	bench_reach_registration();
	again = bench_sm7();
	again.authorization = NULL;
	bench_ue(&again);
	bench_home_accepts(60);
	assert_int_equal(bench.status, 200);
	bench_wait_ms(FIRST_MS - 1);
	assert_states(0, 1, 0, 0);
	bench_ue(&again);
	bench_home_accepts(60);
	bench_wait_ms(89999);
	assert_states(0, 1, 0, 0);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
}

static void the_last_impu_takes_the_sets_along(void **state)
{
	struct bench_register again;

	(void)state;
	bench_reach_registration();
	again = bench_sm7();
	again.authorization = NULL;
	again.to = "sip:bob@home.net";
	bench_ue(&again);
	bench_home(200, "Contact: <sip:a@" BENCH_UE ":40113>;expires=600\r\n"
			"P-Associated-URI: <sip:bob@home.net>\r\n");
	assert_int_equal(bench.status, 200);
	bench_reauthenticate(41000);
	/* A sibling of alice's implicit set: the whole set goes, bob stays. */
	again = bench_sm7();
	again.authorization = NULL;
	again.to = "tel:+15550100";
	bench_ue(&again);
	bench_home(200, "");
	assert_int_equal(bench.status, 200);
	assert_states(0, 1, 0, 1);
	again.to = "sip:bob@home.net";
	bench_ue(&again);
	bench_home(200, "");
	assert_int_equal(bench.status, 200);
	bench_assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 2);
	assert_int_equal(bench.deleted, 0);
	bench_wait_ms(8000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 8);
	assert_int_equal(bench_sets(), 0);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("P-LIFE first use begins the end of the old set",
			first_use_begins_the_end_of_the_old_set),
		CASE("P-LIFE INT-7 a message on the new set begins the end too",
			a_message_on_the_new_set_begins_the_end_too),
		CASE("IPI-1 IPI-2 a message on the old set does not",
			a_message_on_the_old_set_does_not),
		CASE("P-LIFE the old set hands over before its end",
			the_old_set_hands_over_before_its_end),
		CASE("P-LIFE near its end the old set hands over at once",
			near_its_end_the_old_set_hands_over_at_once),
		CASE("P-LIFE P-REREG after a bare SM1 others go behind SM12",
			after_a_bare_sm1_others_go_behind_sm12),
		CASE("P-LIFE the set of SM1 stays and others go",
			the_set_of_sm1_stays_and_others_go),
		CASE("P-LIFE P-PORT a new set that the UE lost gives way",
			a_new_set_that_the_ue_lost_gives_way),
		CASE("P-LIFE a set lives as long as what the UE had",
			a_set_lives_as_long_as_what_the_ue_had),
		CASE("P-LIFE REG-8 a refresh only extends", a_refresh_only_extends),
		CASE("P-ERR REG-7 the last IMPU takes the sets along",
			the_last_impu_takes_the_sets_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
