/* SPDX-License-Identifier: BSD-3-Clause */
/* Flow C: the UE refuses the SQN of a challenge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "scscf_bench.h"

#define SQN_MS UINT64_C(0x123456789a)

static unsigned answer(const char *credentials)
{
	return bench_register(&(struct bench_register){.authorization = credentials});
}

static void assert_flag(enum store_flag flag)
{
	assert_int_equal(home_flag(&bench.home, HOME_IMPU).flag, flag);
}

static void assert_bare_403(unsigned status)
{
	assert_int_equal(status, 403);
	assert_int_equal(bench_rows("WWW-Authenticate"), 0);
	assert_null(strstr(bench.answer, bench.nonce));
	assert_null(strstr(bench.answer, bench.ik));
	assert_null(strstr(bench.answer, bench.ck));
}

static void success_after_resync(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		/* Not registered, then registered; bare, then on the old set. */
		const char *protection = i == 0 ? "no" : "yes";
		uint64_t sqn_ms = SQN_MS << i;

		bench.events[0] = '\0';
		bench_challenged(&(struct bench_register){.protection = protection});
		assert_int_equal(answer(bench_auts(sqn_ms, true, protection)), 401);
		assert_true(bench_sqn() > sqn_ms && bench_sqn() < sqn_ms + 3 * 33);
		assert_int_equal(bench_events("CM3"), 1);
		assert_int_equal(bench_events("CM4"), 1);
		/* SM4 of the challenge, SM10 of its successor. */
		assert_int_equal(bench_events("SM4"), 1);
		assert_int_equal(bench_events("SM10"), 1);
		assert_flag(i == 0 ? STORE_PENDING : STORE_REGISTERED);
		assert_int_equal(answer(bench_credentials("yes")), 200);
		assert_flag(STORE_REGISTERED);
	}
	assert_int_equal(scscf_counters(bench.scscf)->resyncs, 2);
	assert_int_equal(scscf_counters(bench.scscf)->wrong_resyncs, 0);
}

static void a_response_beside_auts_does_not_count(void **state)
{
	char credentials[2048];
	const char *right;

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	right = bench_credentials("yes");
	snprintf(credentials, sizeof(credentials), "%s", right);
	strcat(credentials, strstr(bench_auts(SQN_MS, true, "yes"), ",auts="));
	/* Not twice the P-CSCF's word. */
	*strstr(strstr(credentials, "auts="), ",integrity-protected") = '\0';
	assert_int_equal(answer(credentials), 401);
	assert_int_equal(scscf_counters(bench.scscf)->resyncs, 1);
}

static void queued_vectors_are_dropped(void **state)
{
	(void)state;
	/* Three came, two are left. */
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(answer(bench_auts(SQN_MS, true, "no")), 401);
	for (unsigned i = 0; i < 6; i++) {
		bench_challenged(&(struct bench_register){.protection = "no"});
		assert_true(bench_sqn() > SQN_MS);
	}
}

static void a_wrong_mac_s_moves_nothing(void **state)
{
	uint64_t sqn;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		unsigned asked;

		bench_challenged(&(struct bench_register){.protection = "no"});
		sqn = bench_sqn();
		assert_bare_403(answer(bench_auts(SQN_MS, false, "no")));
		assert_flag(i == 0 ? STORE_UNREGISTERED : STORE_REGISTERED);
		asked = (unsigned)scscf_counters(bench.scscf)->vector_requests;
		/* The challenge is gone. Of a registered user, the vectors are still there. */
		assert_int_equal(answer(bench_auts(SQN_MS, true, "no")), 401);
		assert_int_equal(
			scscf_counters(bench.scscf)->vector_requests, asked + (i == 0 ? 1 : 0));
		assert_true(bench_sqn() > sqn && bench_sqn() < sqn + 10 * 33);
		bench_wait_ms(BENCH_AWAIT_MS);
		if (i == 0)
			bench_registered();
	}
	assert_int_equal(scscf_counters(bench.scscf)->wrong_resyncs, 2);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
}

static void a_foreign_challenge_is_ignored(void **state)
{
	char stale[512];
	uint64_t sqn;

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	sqn = bench_sqn();
	snprintf(stale, sizeof(stale), "%s", bench_auts(SQN_MS, true, "no"));
	bench_challenged(&(struct bench_register){.protection = "no"});
	/* Of the challenge before, of another call, of another public identity. */
	assert_int_equal(answer(stale), 401);
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_auts(SQN_MS, true, "no"), .call_id = "d"}),
		401);
	assert_int_equal(
		bench_register(&(struct bench_register){
			.authorization = bench_auts(SQN_MS, true, "no"), .impu = HOME_OTHER}),
		401);
	assert_true(bench_sqn() > sqn && bench_sqn() < sqn + 10 * 33);
	assert_int_equal(scscf_counters(bench.scscf)->resyncs, 0);
	assert_int_equal(bench_events("CM3"), 0);
	/* Protected, of a registered user: it never is a mere refresh. */
	bench_registered();
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_auts(SQN_MS, true, "yes")}),
		401);
	assert_int_equal(scscf_counters(bench.scscf)->resyncs, 0);
}

static void a_malformed_auts_is_refused(void **state)
{
	static const char *const wrong[] = {"", "AAECAwQFBgcICQoLDA==", "AAECAwQFBgcICQoLDA0O",
		"AAECAwQFBgcICQoLDA0", "AAECAwQFBgcICQoLDA0=AAECAwQFBgcICQoLDA0=", "\xff"};

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char credentials[512];

		snprintf(credentials, sizeof(credentials),
			"Digest username=\"" HOME_IMPI "\",nonce=\"%s\",response=\"\",auts=\"%s\"",
			bench.nonce, wrong[i]);
		assert_int_equal(answer(credentials), 400);
	}
	assert_int_equal(bench_events("CM3"), 0);
	/* It harmed nobody. */
	assert_int_equal(answer(bench_credentials("yes")), 200);
}

static void a_third_in_a_row_is_refused(void **state)
{
	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		bench_challenged(&(struct bench_register){.protection = "no"});
		assert_int_equal(answer(bench_auts(SQN_MS, true, "no")), 401);
		assert_int_equal(answer(bench_auts(SQN_MS, true, "no")), 401);
		assert_bare_403(answer(bench_auts(SQN_MS, true, "no")));
		assert_flag(STORE_UNREGISTERED);
	}
	assert_int_equal(bench_events("CM3"), 4);
	assert_null(bench.timers.root);
}

static void after_a_resync_all_failures_end_as_usual(void **state)
{
	char report[512];

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(answer(bench_auts(SQN_MS, true, "no")), 401);
	snprintf(report, sizeof(report),
		"Digest username=\"" HOME_IMPI "\",nonce=\"%s\",response=\"\"", bench.nonce);
	assert_bare_403(answer(report));
	assert_flag(STORE_UNREGISTERED);

	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(answer(bench_auts(SQN_MS << 1, true, "no")), 401);
	bench_wait_ms(BENCH_AWAIT_MS);
	assert_int_equal(scscf_counters(bench.scscf)->timeouts, 1);
	assert_flag(STORE_UNREGISTERED);

	bench_challenged(&(struct bench_register){.protection = "no"});
	bench.no_mar = true;
	assert_int_equal(answer(bench_auts(SQN_MS << 2, true, "no")), 500);
	assert_flag(STORE_UNREGISTERED);
	assert_null(bench.timers.root);
}

/* While the HSS thinks, another REGISTER of the same user is challenged. */
static void a_late_refusal_leaves_another_challenge_alone(void **state)
{
	(void)state;
	bench_registered();
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench.turn_held = true;
	assert_int_equal(answer(bench_auts(SQN_MS, false, "no")), 0);
	bench_challenged(&(struct bench_register){.protection = "no", .call_id = "d"});
	bench.turn_held = false;
	home_turn(&bench.home);
	assert_int_equal(bench.status, 403);
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_credentials("yes"), .call_id = "d"}),
		200);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("C-SM7…CM4 C-SM10 success after resync", success_after_resync),
		NAMED("C-SM7 RFC 3310 3.4 a response beside auts does not count",
			a_response_beside_auts_does_not_count),
		NAMED("C-SM7…CM4 AKA-4 queued vectors are dropped", queued_vectors_are_dropped),
		NAMED("C-CM3 FLAG-3 a wrong MAC-S moves nothing", a_wrong_mac_s_moves_nothing),
		NAMED("P-SQN an AUTS for a foreign challenge is ignored",
			a_foreign_challenge_is_ignored),
		NAMED("AKA-6 a malformed AUTS is refused", a_malformed_auts_is_refused),
		NAMED("P-DIG a third resynchronisation in a row is refused",
			a_third_in_a_row_is_refused),
		NAMED("C-SM10 B-SM7 F-1 after a resync all failures end as usual",
			after_a_resync_all_failures_end_as_usual),
		NAMED("C-SM7…CM4 a late refusal leaves another challenge alone",
			a_late_refusal_leaves_another_challenge_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
