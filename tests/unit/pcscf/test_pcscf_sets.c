/* SPDX-License-Identifier: BSD-3-Clause */
/* Sets of SAs: negotiated, installed, bounded, and gone in time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static void the_challenge_waits_for_the_set(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	assert_int_equal(bench.answers, 0);
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench.answer_flow.remote.address.family, NET_NONE);
	assert_int_equal(bench.sa_count, 4);
	assert_string_equal(bench.events, "SM1 SM2 SA add SA add SM6 ");
}

static void four_sas_with_two_pairs_of_ports(void **state)
{
	static const struct {
		uint8_t direction;
		uint16_t local, remote;
	} expected[] = {{SA_INBOUND, 6100, 40112}, {SA_OUTBOUND, 6100, 40112},
		{SA_INBOUND, 0, 40113}, {SA_OUTBOUND, 0, 40113}};
	uint8_t key[SA_KEY_MAX] = {0};

	(void)state;
	bench_reach_challenge();
	for (uint8_t i = 0; i < 16; i++)
		key[i] = i;
	assert_int_equal(bench.sa_count, 4);
	for (unsigned i = 0; i < 4; i++) {
		const struct sa_parameters *sa = &bench.sas[i];

		assert_null(sa_parameters_check(sa));
		assert_int_equal(sa->direction, expected[i].direction);
		assert_int_equal(sa->port_pairs, 1);
		assert_int_equal(sa->ports[0].remote, expected[i].remote);
		if (expected[i].local)
			assert_int_equal(sa->ports[0].local, expected[i].local);
		else
			assert_in_range(sa->ports[0].local, 6101, 6103);
		assert_int_equal(sa->algorithm, SA_HMAC_SHA_1_96);
		assert_int_equal(sa->transports, SA_TRANSPORT_TCP | SA_TRANSPORT_UDP);
		assert_int_equal(sa->replay_window, sa->direction == SA_INBOUND ? 64 : 0);
		/* P-KEY: IK followed by 32 zero bits, one key for all. */
		assert_memory_equal(sa->key, key, SA_KEY_MAX);
	}
	assert_int_equal(bench.sas[1].spi, 2718281828u);
	assert_int_equal(bench.sas[3].spi, 3141592653u);
}

static void one_pair_carries_both_pairs_of_ports(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){
		.client = "ipsec-3gpp;alg=hmac-md5-96;spi=777777;port1=5070;port2=5071"});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench.sa_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct sa_parameters *sa = &bench.sas[i];

		assert_null(sa_parameters_check(sa));
		assert_int_equal(sa->port_pairs, 2);
		assert_int_equal(sa->ports[0].local, 6100);
		assert_int_equal(sa->ports[0].remote, 5071);
		assert_int_equal(sa->ports[1].remote, 5070);
		assert_int_equal(sa->algorithm, SA_HMAC_MD5_96);
	}
	assert_int_equal(bench.sas[1].spi, 777777);
	bench_assert_has(bench.server_list, ";port1=6100;port2=610");
	bench_assert_has_not(bench.server_list, "spi-c");
}

static void a_set_that_the_data_plane_refuses_leaves_nothing(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	bench_worker(-ENOSPC);
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(bench_spis(), 0);

	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	bench_worker(-EEXIST);
	assert_int_equal(bench.status, 403);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(bench_spis(), 0);
}

static void a_set_that_is_refused_in_part_leaves_nothing(void **state)
{
	(void)state;
	for (unsigned good = 1; good < 4; good++) {
		bench.deleted = 0;
		bench_ue(&(struct bench_register){0});
		bench_home_challenges();
		bench.good_first = good;
		bench_worker(-ENOSPC);
		assert_int_equal(bench.status, 503);
		assert_int_equal(bench_sets(), 0);
		assert_int_equal(bench_spis(), 0);
		assert_int_equal(bench.deleted, good);
	}
}

static void a_lost_acknowledgement_leaves_nothing(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	bench.now_ms += 1999;
	timer_queue_run(&bench.timers);
	assert_int_equal(bench.answers, 0);
	bench.now_ms += 1;
	timer_queue_run(&bench.timers);
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(bench_spis(), 0);
	/* They come late: live in the data plane, known to nobody. They are deleted. */
	bench_worker(0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

static void a_full_ring_leaves_nothing(void **state)
{
	struct sa_command filler[62] = {0};

	(void)state;
	for (unsigned i = 0; i < 62; i++)
		filler[i].type = SA_COMMAND_DELETE;
	assert_true(sa_channel_send_commands(bench.channel, 0, filler, 62));
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(bench_spis(), 0);
	bench_worker(0);
	bench_reach_challenge();
}

static void spis_are_unlike_those_of_sm1_and_never_come_twice(void **state)
{
	uint32_t seen[200];
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		bench.sa_count = 0;
		bench_reach_challenge();
		for (unsigned k = 0; k < 4; k += 2) {
			uint32_t spi = bench.sas[k].spi;

			assert_true(spi >= SA_SPI_MIN);
			assert_true(spi != 2718281828u && spi != 3141592653u);
			for (unsigned j = 0; j < count; j++)
				assert_int_not_equal(seen[j], spi);
			seen[count++] = spi;
		}
	}
	assert_int_equal(bench_sets(), 1);
	assert_int_equal(bench_spis(), 2);
}

static void a_challenge_without_an_answer_leaves_nothing(void **state)
{
	(void)state;
	bench_reach_challenge();
	bench_wait_ms(239999);
	assert_int_equal(bench_sets(), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(bench_spis(), 0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

/* Both passed the check of SM1 before either had a set. */

static void of_two_that_race_for_a_port_one_gets_it(void **state)
{
	struct sip_message *first;
	struct sip_reply_to first_reply;

	(void)state;
	bench_ue(&(struct bench_register){0});
	first = bench.forwarded;
	first_reply = bench.home_reply;
	bench.forwarded = NULL;
	bench_ue(&(struct bench_register){
		.authorization = "Digest username=\"mallory@home.net\",nonce=\"\",response=\"\""});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	bench.forwarded = first;
	bench.home_reply = first_reply;
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 403);
	assert_int_equal(bench.sa_count, 4);
	assert_int_equal(bench_sets(), 1);
}

/* The worker takes one command, which is of this type, and answers it. */
static void answer_command(enum sa_command_type type, int status)
{
	struct sa_command command;
	struct sa_event event;

	assert_true(sa_channel_peek_command(bench.channel, 0, &command));
	assert_int_equal(command.type, type);
	event = (struct sa_event){.cookie = command.cookie,
		.handle = type == SA_COMMAND_ADD ? bench.next_handle++ : command.handle,
		.type = SA_EVENT_ACKNOWLEDGED,
		.status = status};
	assert_true(sa_channel_send_event(bench.channel, 0, &event));
	sa_channel_consume_command(bench.channel, 0);
	sa_client_poll(bench.sa_client);
}

/* SM1 and the home network's challenge; the answers that the UE got meanwhile. */
static void challenged_without_worker(unsigned *answers)
{
	*answers = bench.answers;
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	*answers = bench.answers - *answers;
}

/* Two SM1s within a millisecond: the SAs of both have the same selectors. */
static void the_newer_of_two_challenges_wins(void **state)
{
	struct sa_command command;
	unsigned answers;

	(void)state;
	challenged_without_worker(&answers);
	challenged_without_worker(&answers);
	assert_int_equal(answers, 0);
	/* A third one: the second, which has no set yet, ends. */
	challenged_without_worker(&answers);
	assert_int_equal(answers, 1);
	assert_int_equal(bench.status, 500);
	/* What the data plane sees: the older SAs, their deletion, the newer SAs. */
	for (unsigned i = 0; i < 4; i++)
		answer_command(SA_COMMAND_ADD, 0);
	assert_int_equal(bench.status, 500);
	assert_int_equal(bench.answers, 2);
	for (unsigned i = 0; i < 4; i++)
		answer_command(SA_COMMAND_DELETE, 0);
	for (unsigned i = 0; i < 4; i++)
		answer_command(SA_COMMAND_ADD, 0);
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench.answers, 3);
	assert_int_equal(bench_sets(), 1);
	assert_int_equal(pcscf_counters(bench.pcscf)->superseded, 2);
	assert_false(sa_channel_peek_command(bench.channel, 0, &command));
}

/* The older set ends in another way than by its acknowledgement: nobody waits for ever. */
static void who_waits_for_an_older_challenge_is_answered(void **state)
{
	unsigned answers;

	(void)state;
	challenged_without_worker(&answers);
	challenged_without_worker(&answers);
	bench.now_ms += 2000;
	timer_queue_run(&bench.timers);
	assert_int_equal(bench.answers, 2);
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(bench_spis(), 0);
	bench_worker(0);
	bench_worker(0);
	/* Refused, and so done with: the newer one has its turn. */
	challenged_without_worker(&answers);
	challenged_without_worker(&answers);
	for (unsigned i = 0; i < 4; i++)
		answer_command(SA_COMMAND_ADD, -ENOSPC);
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench_sets(), 1);
}

static void an_address_and_port_that_are_taken_are_refused(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_ue(&(struct bench_register){0});
	assert_int_equal(bench.status, 403);
	bench_ue(&(struct bench_register){
		.authorization = "Digest username=\"mallory@home.net\",nonce=\"\",response=\"\""});
	assert_int_equal(bench.status, 403);
	/* From another address the same port is another one. */
	bench_ue(&(struct bench_register){.source = "198.51.100.99"});
	assert_non_null(bench.forwarded);
}

static void an_impi_has_at_most_six_sas_a_direction(void **state)
{
	(void)state;
	bench_reach_registration();
	for (unsigned i = 0; i < 8; i++) {
		char source[32];

		snprintf(source, sizeof(source), "198.51.100.%u", 100 + i);
		bench_ue(&(struct bench_register){.source = source});
		bench_home_challenges();
		bench_worker(0);
		assert_int_equal(bench.status, 401);
		assert_true(bench_sets() <= 3);
	}
	/* The established one has survived them all. */
	bench_wait_ms(250000);
	assert_int_equal(bench_sets(), 1);
}

/* Whoever knows an IMPI can send SM1 in its name, from many addresses. */
static void what_began_on_a_set_gives_way_last(void **state)
{
	char server_list[sizeof(bench.server_list)];
	struct bench_register sm7;

	(void)state;
	bench_reach_registration();
	bench_reach_reauthentication(40200);
	strcpy(server_list, bench.server_list);
	for (unsigned i = 0; i < 4; i++) {
		char source[32];

		snprintf(source, sizeof(source), "198.51.100.%u", 100 + i);
		bench_ue(&(struct bench_register){.source = source});
		bench_home_challenges();
		bench_worker(0);
		assert_int_equal(bench.status, 401);
		assert_int_equal(bench_sets(), 3);
	}
	strcpy(bench.server_list, server_list);
	sm7 = bench_sm7();
	sm7.source_port = 40200;
	bench_ue(&sm7);
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
}

static void half_open_sets_are_bounded(void **state)
{
	unsigned refused = 0;

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		char source[32], row[128];

		snprintf(source, sizeof(source), "198.51.100.%u", 1 + i);
		snprintf(row, sizeof(row), "Digest username=\"u%u@home.net\",nonce=\"\"", i);
		bench_ue(&(struct bench_register){.source = source, .authorization = row});
		bench_home_challenges();
		bench_worker(0);
		refused += bench.status == 503;
	}
	assert_int_equal(bench_sets(), 100);
	assert_int_equal(refused, 20);
	bench_wait_ms(240000);
	assert_int_equal(bench_sets(), 0);
	assert_int_equal(bench_spis(), 0);
	bench_reach_registration();
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("INT-4 the challenge waits for the set", the_challenge_waits_for_the_set),
		CASE("P-USE four SAs with two pairs of ports", four_sas_with_two_pairs_of_ports),
		CASE("P-SEC one pair carries both pairs of ports",
			one_pair_carries_both_pairs_of_ports),
		CASE("INT-4 a refused set leaves nothing",
			a_set_that_the_data_plane_refuses_leaves_nothing),
		CASE("INT-4 a set that is refused in part leaves nothing",
			a_set_that_is_refused_in_part_leaves_nothing),
		CASE("INT-4 a lost acknowledgement leaves nothing",
			a_lost_acknowledgement_leaves_nothing),
		CASE("INT-4 a full ring leaves nothing", a_full_ring_leaves_nothing),
		CASE("P-SPI unlike those of SM1, never twice",
			spis_are_unlike_those_of_sm1_and_never_come_twice),
		CASE("F-1 a challenge without an answer leaves nothing",
			a_challenge_without_an_answer_leaves_nothing),
		CASE("P-TBL of two that race for a port one gets it",
			of_two_that_race_for_a_port_one_gets_it),
		CASE("P-ERR the newer of two challenges wins", the_newer_of_two_challenges_wins),
		CASE("P-ERR INT-4 who waits for an older challenge is answered",
			who_waits_for_an_older_challenge_is_answered),
		CASE("P-TBL a taken address and port are refused",
			an_address_and_port_that_are_taken_are_refused),
		CASE("P-TBL at most six SAs a direction", an_impi_has_at_most_six_sas_a_direction),
		CASE("P-TBL what began on a set gives way last",
			what_began_on_a_set_gives_way_last),
		CASE("P-TBL half-open sets are bounded", half_open_sets_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
