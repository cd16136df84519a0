/* SPDX-License-Identifier: BSD-3-Clause */
/* SM1 comes from anyone: who sends it in another's name takes nothing away from that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "scscf_bench.h"

static char victims[1024]; /* what the user that is meant answers to its challenge */

static void victim_is_challenged(void)
{
	bench_challenged(&(struct bench_register){.protection = "no"});
	snprintf(victims, sizeof(victims), "%s", bench_credentials("yes"));
}

static void stranger_is_challenged(unsigned number)
{
	char call_id[16];

	snprintf(call_id, sizeof(call_id), "stranger-%u", number);
	bench_challenged(&(struct bench_register){.protection = "no", .call_id = call_id});
}

static unsigned victim_answers(void)
{
	return bench_register(&(struct bench_register){.authorization = victims});
}

static void assert_flag(enum store_flag flag)
{
	assert_int_equal(home_flag(&bench.home, HOME_IMPU).flag, flag);
}

static void a_stranger_takes_no_challenge_away(void **state)
{
	(void)state;
	victim_is_challenged();
	for (unsigned i = 0; i < 3; i++)
		stranger_is_challenged(i);
	assert_int_equal(victim_answers(), 200);
	assert_int_equal(scscf_counters(bench.scscf)->displaced, 0);
	/* Those of the strangers ended with it. */
	bench_wait_ms(BENCH_AWAIT_MS);
	assert_int_equal(scscf_counters(bench.scscf)->timeouts, 0);
	assert_flag(STORE_REGISTERED);
}

static void what_waits_is_bounded(void **state)
{
	(void)state;
	victim_is_challenged();
	for (unsigned i = 0; i < 4; i++)
		stranger_is_challenged(i);
	assert_int_equal(scscf_counters(bench.scscf)->displaced, 1);
	assert_int_equal(victim_answers(), 401);
	/* One call has one challenge, however often it begins. */
	for (unsigned i = 0; i < 100; i++)
		stranger_is_challenged(7);
	assert_int_equal(scscf_counters(bench.scscf)->displaced, 3);
	bench_wait_ms(BENCH_AWAIT_MS);
	assert_int_equal(scscf_counters(bench.scscf)->timeouts, 4);
	assert_flag(STORE_UNREGISTERED);
	assert_null(bench.timers.root);
}

static void what_came_bare_gives_way_first(void **state)
{
	(void)state;
	bench_registered();
	bench_challenged(&(struct bench_register){.protection = "yes"});
	snprintf(victims, sizeof(victims), "%s", bench_credentials("yes"));
	for (unsigned i = 0; i < 8; i++)
		stranger_is_challenged(i);
	assert_int_equal(scscf_counters(bench.scscf)->displaced, 5);
	assert_int_equal(victim_answers(), 200);
	/* Those that a set protects give way among themselves. */
	for (unsigned i = 0; i < 5; i++) {
		char call_id[16];

		snprintf(call_id, sizeof(call_id), "own-%u", i);
		bench_challenged(&(struct bench_register){.protection = "yes", .call_id = call_id});
	}
	assert_int_equal(scscf_counters(bench.scscf)->displaced, 6);
}

static void each_waits_for_its_own_time(void **state)
{
	(void)state;
	stranger_is_challenged(0);
	bench_wait_ms(BENCH_AWAIT_MS - 1);
	victim_is_challenged();
	bench_wait_ms(1);
	assert_int_equal(scscf_counters(bench.scscf)->timeouts, 1);
	/* The end of one says nothing of the other. */
	assert_flag(STORE_PENDING);
	bench_wait_ms(BENCH_AWAIT_MS - 2);
	assert_int_equal(victim_answers(), 200);
}

/* A stranger has only its own nonce to spoil. */
static void what_a_stranger_reports_is_its_own(void **state)
{
	char report[512];

	(void)state;
	victim_is_challenged();
	stranger_is_challenged(0);
	snprintf(report, sizeof(report), "Digest username=\"" HOME_IMPI "\",nonce=\"%s\"",
		bench.nonce);
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = report, .call_id = "stranger-0"}),
		403);
	assert_flag(STORE_PENDING);
	assert_int_equal(victim_answers(), 200);
	assert_int_equal(victim_answers(), 401);
}

static void a_success_leaves_no_other_answer(void **state)
{
	char other[1024];

	(void)state;
	stranger_is_challenged(0);
	snprintf(other, sizeof(other), "%s", bench_credentials("yes"));
	victim_is_challenged();
	assert_int_equal(victim_answers(), 200);
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = other, .call_id = "stranger-0"}),
		401);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("REG-2 a stranger takes no challenge away",
			a_stranger_takes_no_challenge_away),
		NAMED("P-ERR F-1 what waits is bounded", what_waits_is_bounded),
		NAMED("REG-2 what came bare gives way first", what_came_bare_gives_way_first),
		NAMED("F-1 FLAG-3 each waits for its own time", each_waits_for_its_own_time),
		NAMED("B-SM7 FLAG-3 what a stranger reports is its own",
			what_a_stranger_reports_is_its_own),
		NAMED("AKA-5 a success leaves no other answer", a_success_leaves_no_other_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
