/* SPDX-License-Identifier: BSD-3-Clause */
/* P-PORT: the P-CSCF's client port is another one for each set of a UE, and two are enough. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static void port_pc_is_never_that_of_another_set(void **state)
{
	uint16_t first_port;

	(void)state;
	bench_reach_registration();
	first_port = bench.sas[2].ports[0].local;
	/* Others use up the rotation. */
	for (unsigned i = 0; i < 2; i++) {
		char source[32], row[128];

		snprintf(source, sizeof(source), "198.51.100.%u", 50 + i);
		snprintf(row, sizeof(row), "Digest username=\"u%u@home.net\",nonce=\"\"", i);
		bench_ue(&(struct bench_register){.source = source, .authorization = row});
		bench_home_challenges();
		bench_worker(0);
	}
	bench.sa_count = 0;
	bench_ue(&(struct bench_register){
		.client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=40114;port-s="
			  "40113"});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_not_equal(bench.sas[2].ports[0].local, first_port);
}

static void show_state(void *context, const struct sa_set *set)
{
	unsigned *states = context;

	states[set->state]++;
}

/* Each authentication from the set before it, faster than the old ones end; port_us stays. */
static void a_ue_authenticates_itself_as_often_as_it_likes(void **state)
{
	struct bench_register again, sm7;
	uint16_t port_pc, old_port_pc;
	char client[128];

	(void)state;
	bench_reach_registration();
	old_port_pc = bench.sas[2].ports[0].local;
	sm7 = again = bench_sm7();
	for (unsigned i = 0; i < 6; i++) {
		unsigned states[SA_SET_STATE_COUNT] = {0};

		snprintf(client, sizeof(client),
			"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=%u;spi-s=%u;port-c=%u;port-s=40113",
			5000 + 2 * i, 5001 + 2 * i, 41000 + i);
		again.authorization = NULL;
		again.client = client;
		bench.sa_count = 0;
		bench_ue(&again);
		bench_home_challenges();
		bench_worker(0);
		assert_int_equal(bench.status, 401);
		assert_true(bench_sets() <= 3);
		port_pc = bench.sas[2].ports[0].local;
		assert_int_not_equal(port_pc, old_port_pc);
		old_port_pc = port_pc;
		sm7.client = client;
		sm7.source_port = again.source_port = (uint16_t)(41000 + i);
		bench_ue(&sm7);
		bench_home_accepts(600);
		assert_int_equal(bench.status, 200);
		/* P-LIFE: the set on which SM1 came stays, others go. */
		pcscf_show_sets(bench.pcscf, BENCH_IMPI, show_state, states);
		assert_int_equal(states[SA_SET_NEW], 1);
		assert_int_equal(states[SA_SET_REPLACED], 1);
	}
}

/* What a stranger begins in somebody's name, from elsewhere, uses up no port of that UE. */
static void a_stranger_takes_no_port_away(void **state)
{
	struct bench_register again;
	char verify[sizeof(bench.server_list)];
	uint16_t port_pc;

	(void)state;
	bench_reach_registration();
	again = bench_sm7();
	strcpy(verify, bench.server_list);
	again.verify = verify;
	again.authorization = NULL;
	again.client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=41000;"
		       "port-s=40113";
	port_pc = bench.sas[2].ports[0].local;
	for (unsigned i = 0; i < 4; i++) {
		char source[32];

		snprintf(source, sizeof(source), "198.51.100.%u", 100 + i);
		bench_ue(&(struct bench_register){.source = source});
		bench_home_challenges();
		bench_worker(0);
		/* Somebody else's turns the rotation on. */
		bench_ue(&(struct bench_register){.source = source,
			.source_port = 5070,
			.client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=600;spi-s=700;port-c=41000;"
				  "port-s=41001",
			.authorization = "Digest username=\"mallory@home.net\",nonce=\"\""});
		bench_home_challenges();
		bench_worker(0);
		bench.sa_count = 0;
		bench_ue(&again);
		bench_home_challenges();
		bench_worker(0);
		assert_int_equal(bench.status, 401);
		assert_int_not_equal(bench.sas[2].ports[0].local, port_pc);
	}
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

/* P-WHICH: whoever has an SA by hand for one of its ports would speak as this UE. */
static void ports_of_sas_by_hand_are_nobodys(void **state)
{
	static const uint16_t ports[] = {BENCH_PORT_UC, BENCH_PORT_US};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		bench.port_by_hand = ports[i];
		bench_ue(&(struct bench_register){.source = NULL});
		assert_int_equal(bench.status, 403);
		assert_int_equal(pcscf_counters(bench.pcscf)->refused_port_taken, i + 1);
	}
	/* Given while the home network is asked. */
	bench.port_by_hand = 0;
	bench_ue(&(struct bench_register){.source = NULL});
	assert_int_equal(bench.status, 0);
	bench.port_by_hand = BENCH_PORT_UC;
	bench_home_challenges();
	assert_true(bench.status >= 400 && bench.status != 401);
	assert_int_equal(bench_sets(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("P-PORT port_pc is never that of another set",
			port_pc_is_never_that_of_another_set),
		CASE("P-LIFE P-PORT a UE authenticates itself as often as it likes",
			a_ue_authenticates_itself_as_often_as_it_likes),
		CASE("P-PORT a stranger takes no port away", a_stranger_takes_no_port_away),
		CASE("P-WHICH ports of SAs by hand are nobody's", ports_of_sas_by_hand_are_nobodys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
