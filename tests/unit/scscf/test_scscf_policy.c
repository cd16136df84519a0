/* SPDX-License-Identifier: BSD-3-Clause */
/* The operator's policy: who is authenticated when, and what failures lead to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "scscf_bench.h"

static const struct bench_register refresh = {.protection = "yes"};

static unsigned answer(const char *credentials)
{
	return bench_register(&(struct bench_register){.authorization = credentials});
}

static void assert_flag(const char *impu, enum store_flag flag)
{
	assert_int_equal(home_flag(&bench.home, impu).flag, flag);
}

static void every(unsigned number)
{
	bench_policy(&(struct scscf_policy){.reauthenticate_every = number, .each_identity = true});
}

static void always(void **state)
{
	(void)state;
	every(1);
	bench_registered();
	for (unsigned i = 0; i < 3; i++) {
		bench_challenged(&refresh);
		assert_int_equal(answer(bench_credentials("yes")), 200);
	}
	assert_int_equal(scscf_counters(bench.scscf)->refreshed, 0);
}

static void never(void **state)
{
	(void)state;
	every(0);
	/* Initial ones are, whatever the policy (REG-1, REG-2). */
	bench_challenged(&refresh);
	bench_registered();
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(bench_register(&refresh), 200);
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(scscf_counters(bench.scscf)->refreshed, 10);
	assert_int_equal(scscf_counters(bench.scscf)->vector_requests, 1);
	/* The profile comes, too. */
	assert_int_equal(bench_register(&refresh), 200);
	assert_int_equal(bench_rows("P-Associated-URI:"), 2);
	assert_non_null(bench_row("Service-Route:"));
	assert_int_equal(scscf_registrations(bench.scscf), 1);
}

static void each_third(void **state)
{
	(void)state;
	every(3);
	bench_registered();
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(bench_register(&refresh), 200);
		assert_int_equal(bench_register(&refresh), 200);
		bench_challenged(&refresh);
		/* It stays due until it succeeds. */
		bench_challenged(&refresh);
		assert_int_equal(answer(bench_credentials("yes")), 200);
	}
}

static void both_timers_move(void **state)
{
	(void)state;
	every(0);
	bench_registered();
	bench_wait_ms(3000 * 1000);
	assert_int_equal(bench_register(&refresh), 200);
	assert_string_equal(bench_row("Contact:"), "Contact: <" BENCH_CONTACT_AT ">;expires=3600");
	bench_wait_ms(3599 * 1000);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	assert_flag("sip:a2@home.net", STORE_REGISTERED);
	bench_wait_ms(1000);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_flag("sip:a2@home.net", STORE_UNREGISTERED);
}

static void a_further_identity(void **state)
{
	const struct bench_register other = {.protection = "yes", .impu = HOME_OTHER};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		bench_policy(&(struct scscf_policy){.each_identity = i == 0});
		bench_challenged(&other);
		bench_wait_ms(BENCH_AWAIT_MS);
		bench_registered();
		if (i == 0) {
			bench_challenged(&other);
			bench_wait_ms(BENCH_AWAIT_MS);
			assert_flag(HOME_OTHER, STORE_UNREGISTERED);
			continue;
		}
		assert_int_equal(bench_register(&other), 200);
		assert_flag(HOME_OTHER, STORE_REGISTERED);
		assert_string_equal(
			bench_row("P-Associated-URI:"), "P-Associated-URI: <" HOME_OTHER ">");
		assert_int_equal(scscf_registrations(bench.scscf), 2);
		/* Not bare, not somebody else's (REG-6), not one that leaves. */
		bench_challenged(&(struct bench_register){.protection = "no", .impu = HOME_OTHER});
		assert_int_equal(bench_register(&(struct bench_register){
					 .protection = "yes", .impu = "sip:b@home.net"}),
			403);
		assert_flag(HOME_IMPU, STORE_REGISTERED);
	}
}

static void a_refresh_leaves_another_challenge(void **state)
{
	(void)state;
	every(0);
	bench_registered();
	bench_challenged(&(struct bench_register){.protection = "no", .impu = HOME_OTHER});
	assert_flag(HOME_OTHER, STORE_PENDING);
	assert_int_equal(bench_register(&refresh), 200);
	bench_wait_ms(BENCH_AWAIT_MS);
	assert_flag(HOME_OTHER, STORE_UNREGISTERED);
	assert_flag(HOME_IMPU, STORE_REGISTERED);
}

/* One failure of a kind. */
enum kind { WRONG_RES, REPORT, REPORT_BARE, SILENCE, SILENCE_BARE, RESYNC, KINDS };

static void fails(enum kind kind)
{
	bool bare = kind == REPORT_BARE || kind == SILENCE_BARE;
	char credentials[1024];

	bench_challenged(&(struct bench_register){.protection = bare ? "no" : "yes"});
	if (kind == SILENCE || kind == SILENCE_BARE) {
		bench_wait_ms(BENCH_AWAIT_MS);
		return;
	}
	if (kind == WRONG_RES)
		snprintf(credentials, sizeof(credentials), "%s,x=y", bench_credentials("yes"));
	else if (kind == RESYNC)
		snprintf(credentials, sizeof(credentials), "%s", bench_auts(99, false, "yes"));
	else
		snprintf(credentials, sizeof(credentials),
			"Digest username=\"" HOME_IMPI
			"\",nonce=\"%s\",response=\"\",integrity-protected=\"%s\"",
			bench.nonce, bare ? "no" : "yes");
	if (kind == WRONG_RES)
		memcpy(strstr(credentials, "cnonce=\"7"), "cnonce=\"8", 9);
	assert_int_equal(answer(credentials), 403);
}

static void failures_count_where_nobody_else_can_cause_them(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		bool counts = kind != REPORT_BARE && kind != SILENCE_BARE;

		bench_policy(&(struct scscf_policy){.reauthenticate_every = 1,
			.failures_max = 3,
			.failures = SCSCF_FAILURES_DEREGISTER});
		bench_registered();
		/* A success in between begins anew. */
		fails(kind);
		fails(kind);
		bench_registered();
		fails(kind);
		fails(kind);
		assert_int_equal(scscf_registrations(bench.scscf), 1);
		fails(kind);
		assert_int_equal(scscf_counters(bench.scscf)->failure_limits, counts);
		assert_int_equal(scscf_registrations(bench.scscf), !counts);
		assert_flag(HOME_IMPU, counts ? STORE_UNREGISTERED : STORE_REGISTERED);
		if (counts)
			assert_null(bench.timers.root);
		bench.events[0] = '\0';
	}
}

static void by_default_failures_end_nothing(void **state)
{
	(void)state;
	bench_policy(&(struct scscf_policy){.reauthenticate_every = 1, .failures_max = 3});
	bench_registered();
	for (unsigned i = 0; i < 7; i++)
		fails(WRONG_RES);
	assert_int_equal(scscf_counters(bench.scscf)->failure_limits, 2);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	assert_flag(HOME_IMPU, STORE_REGISTERED);

	bench_policy(&(struct scscf_policy){
		.reauthenticate_every = 1, .failures = SCSCF_FAILURES_DEREGISTER}); /* no limit */
	bench_registered();
	for (unsigned i = 0; i < 7; i++)
		fails(WRONG_RES);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("REG-3 each re-registration is authenticated", always),
		NAMED("REG-3 REG-1 REG-2 no re-registration is authenticated", never),
		NAMED("REG-3 each third re-registration is authenticated", each_third),
		NAMED("REG-8 REG-7 a refresh moves the set's expiry", both_timers_move),
		NAMED("REG-3 REG-6 a further public identity", a_further_identity),
		NAMED("FLAG-3 a refresh leaves another identity's challenge",
			a_refresh_leaves_another_challenge),
		NAMED("REG-9 failures count where nobody else can cause them",
			failures_count_where_nobody_else_can_cause_them),
		NAMED("REG-9 by default failures end nothing", by_default_failures_end_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
