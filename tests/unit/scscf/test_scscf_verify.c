/* SPDX-License-Identifier: BSD-3-Clause */
/* SM9: right and wrong answers to a challenge, reports of failure, no answer at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scscf_bench.h"

static void assert_flag(const char *impu, enum store_flag flag, const char *scscf)
{
	struct store_registration found = home_flag(&bench.home, impu);

	assert_int_equal(found.flag, flag);
	assert_string_equal(found.scscf, scscf);
}

/* 4xx Auth_Failure of 6.1.2: nothing that belongs to a challenge. */
static void assert_bare_403(unsigned status)
{
	assert_int_equal(status, 403);
	assert_int_equal(bench_rows("WWW-Authenticate"), 0);
	assert_int_equal(bench_rows("Authentication-Info"), 0);
	assert_null(strstr(bench.answer, bench.nonce));
	assert_null(strstr(bench.answer, bench.ik));
	assert_null(strstr(bench.answer, bench.ck));
}

/* bench_credentials("yes") with one text replaced by another. */
static const char *credentials_but(const char *part, const char *replacement)
{
	static char text[2048];
	const char *credentials = bench_credentials("yes"), *at = strstr(credentials, part);

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - credentials), credentials, replacement,
		at + strlen(part));
	return text;
}

static unsigned answer(const char *credentials)
{
	return bench_register(&(struct bench_register){.authorization = credentials});
}

static void success_registers(void **state)
{
	(void)state;
	bench_registered();
	assert_string_equal(bench.events, "Cx-Put CM1 CM2 SM4 SAR SAA SM10 ");
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
	assert_flag("sip:a2@home.net", STORE_REGISTERED, BENCH_SCSCF);
	assert_flag(HOME_OTHER, STORE_UNREGISTERED, "");
	bench_registered();
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
	assert_int_equal(scscf_counters(bench.scscf)->registered, 2);
	assert_int_equal(scscf_registrations(bench.scscf), 1);
}

/* Of every part of the digest, something that is not what RES makes. */
static const struct {
	const char *part, *replacement;
} wrong[] = {
	{"response=\"", "response=\"0"},
	{"response=\"", "response=\"00000000000000000000000000000000\",x=\""},
	{"response=\"", "response=\"x\",x=\""},
	{"realm=\"home.net\"", "realm=\"other.net\""},
	{"realm=\"home.net\"", "realm=\"\""},
	{"realm=\"home.net\",", ""},
	{"uri=\"sip:home.net\"", "uri=\"sip:other.net\""},
	{"uri=\"sip:home.net\",", ""},
	{"AKAv1-MD5", "MD5"},
	{"AKAv1-MD5", "AKAv2-MD5"},
	{"qop=auth,", "qop=auth-int,"},
	{"qop=auth,", "qop=none,"},
	{"qop=auth,", ""},
	{"nc=00000001", "nc=00000002"},
	{"nc=00000001", "nc=1"},
	{"cnonce=\"7f3a\"", "cnonce=\"7f3b\""},
	{"cnonce=\"7f3a\"", "cnonce=\"\""},
};

static void a_wrong_response_ends_in_a_bare_403(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char right[1024];

		bench_challenged(&(struct bench_register){.protection = "no"});
		snprintf(right, sizeof(right), "%s", bench_credentials("yes"));
		assert_bare_403(answer(credentials_but(wrong[i].part, wrong[i].replacement)));
		assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
		/* The challenge is gone: the right answer comes too late. */
		assert_int_equal(answer(right), 401);
		bench_wait_ms(BENCH_AWAIT_MS);
	}
	assert_int_equal(
		scscf_counters(bench.scscf)->wrong_response, sizeof(wrong) / sizeof(wrong[0]));
	assert_int_equal(scscf_registrations(bench.scscf), 0);
}

/* The response is right in itself: RES, and another realm. */
static void the_realm_is_the_home_networks(void **state)
{
	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_bare_403(answer(bench_credentials_of("other.net", true)));
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(answer(bench_credentials_of("home.net", false)), 200);
}

static void a_flood_of_wrong_responses_leaves_the_registration_up(void **state)
{
	(void)state;
	bench_registered();
	for (unsigned i = 0; i < 20; i++) {
		bench_challenged(&(struct bench_register){.protection = i % 2 ? "yes" : "no"});
		assert_bare_403(answer(credentials_but("cnonce=\"7f3a\"", "cnonce=\"0\"")));
	}
	assert_int_equal(scscf_registrations(bench.scscf), 1);
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
	/* One Cx-Put, of the first SM3. */
	assert_int_equal(bench_events("Cx-Put"), 1);
}

static void an_answer_is_good_once(void **state)
{
	char right[1024];

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	snprintf(right, sizeof(right), "%s", bench_credentials("yes"));
	assert_int_equal(answer(right), 200);
	assert_int_equal(answer(right), 401);
	/* A new challenge replaces the one that waits. */
	bench_challenged(&(struct bench_register){.protection = "no"});
	snprintf(right, sizeof(right), "%s", bench_credentials("yes"));
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(answer(right), 401);
}

static void an_answer_belongs_to_its_call(void **state)
{
	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_credentials("yes"), .call_id = "d"}),
		401);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_credentials("yes"), .call_id = "d"}),
		200);
}

static void an_answer_belongs_to_its_public_identity(void **state)
{
	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_flag(HOME_IMPU, STORE_PENDING, BENCH_SCSCF);
	assert_int_equal(bench_register(&(struct bench_register){
				 .authorization = bench_credentials("yes"), .impu = HOME_OTHER}),
		401);
	/* Only one waits per user: the former has failed. */
	assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
	assert_flag(HOME_OTHER, STORE_PENDING, BENCH_SCSCF);
}

static void a_reported_failure_ends_in_a_bare_403(void **state)
{
	static const char *const reports[] = {
		"response=\"\",integrity-protected=\"no\"",
		"response=\"\",integrity-protected=\"yes\"",
		"response=\"\"",
	};

	(void)state;
	for (size_t i = 0; i < 2 * 3; i++) {
		char credentials[512];

		if (i == 3)
			bench_registered();
		bench_challenged(&(struct bench_register){.protection = "no"});
		snprintf(credentials, sizeof(credentials),
			"Digest username=\"" HOME_IMPI
			"\",realm=\"home.net\",uri=\"sip:home.net\",nonce=\"%s\",%s",
			bench.nonce, reports[i % 3]);
		assert_bare_403(answer(credentials));
		if (i < 3)
			assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
		else
			assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
		/* The challenge is gone. */
		assert_int_equal(answer(bench_credentials("yes")), 401);
	}
	assert_int_equal(scscf_counters(bench.scscf)->reported_failures, 6);
}

static void a_challenge_waits_for_its_time_only(void **state)
{
	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench_wait_ms(BENCH_AWAIT_MS - 1);
	assert_flag(HOME_IMPU, STORE_PENDING, BENCH_SCSCF);
	assert_int_equal(scscf_counters(bench.scscf)->timeouts, 0);
	bench_wait_ms(1);
	assert_int_equal(scscf_counters(bench.scscf)->timeouts, 1);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
	assert_null(bench.timers.root);
	/* Nothing is held of who is not registered: vectors neither. */
	assert_int_equal(answer(bench_credentials("yes")), 401);
	assert_int_equal(scscf_counters(bench.scscf)->vector_requests, 2);

	bench_registered();
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench_wait_ms(BENCH_AWAIT_MS);
	assert_int_equal(scscf_counters(bench.scscf)->timeouts, 2);
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
}

static void an_hss_that_does_not_take_it_leaves_nothing(void **state)
{
	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench.no_sar = true;
	assert_int_equal(answer(bench_credentials("yes")), 500);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_null(bench.timers.root);
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(scscf_counters(bench.scscf)->vector_requests, 2);
}

/* Meanwhile another challenge of the same user comes and fails. */
static void a_late_answer_of_the_hss_finds_its_user(void **state)
{
	char report[512];

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench.sar_held = true;
	assert_int_equal(answer(bench_credentials("yes")), 0);
	bench_challenged(&(struct bench_register){.protection = "no"});
	snprintf(report, sizeof(report),
		"Digest username=\"" HOME_IMPI "\",nonce=\"%s\",response=\"\"", bench.nonce);
	assert_bare_403(answer(report));
	bench_release_sar();
	assert_int_equal(bench.status, 200);
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
}

/* Octets of a REGISTER changed at random: one answer each, and never a 200. */
static void nothing_that_was_mangled_registers(void **state)
{
	static char text[64 * 1024];
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : 20260731;
	struct random random;

	(void)state;
	print_message("# SEED=%llu\n", (unsigned long long)seed);
	random = random_seeded(&seed);
	trace_remove(&bench.trace, &bench.listener);
	for (unsigned i = 0; i < 4000; i++) {
		size_t len;

		if (i % 2)
			bench_challenged(&(struct bench_register){.protection = "no"});
		snprintf(text, sizeof(text), "%s",
			bench_text(&(struct bench_register){
				.authorization =
					i % 2 ? credentials_but("cnonce=\"7", "cnonce=\"8") : NULL,
				.protection = "no"}));
		len = strlen(text);
		for (unsigned k = random_u32(&random) % 4 + 1; k > 0; k--)
			text[random_u32(&random) % len] = (char)(random_u32(&random) % 255 + 1);
		assert_int_not_equal(bench_send(text), 200);
	}
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	bench_wait_ms(BENCH_AWAIT_MS);
	assert_null(bench.timers.root);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("FLAG-2 success registers the implicit set", success_registers),
		NAMED("E-2 FLAG-3 a wrong response ends in a bare 403",
			a_wrong_response_ends_in_a_bare_403),
		NAMED("E-2 the realm is the home network's", the_realm_is_the_home_networks),
		NAMED("REG-9 a flood of wrong responses leaves the registration up",
			a_flood_of_wrong_responses_leaves_the_registration_up),
		NAMED("AKA-5 an answer is good once", an_answer_is_good_once),
		NAMED("P-24229 an answer belongs to its call", an_answer_belongs_to_its_call),
		NAMED("FLAG-3 an answer belongs to its public identity",
			an_answer_belongs_to_its_public_identity),
		NAMED("B-SM7 FLAG-3 a reported failure ends in a bare 403",
			a_reported_failure_ends_in_a_bare_403),
		NAMED("F-1 FLAG-3 a challenge waits for its time only",
			a_challenge_waits_for_its_time_only),
		NAMED("FLAG-3 an HSS that does not take it leaves nothing",
			an_hss_that_does_not_take_it_leaves_nothing),
		NAMED("FLAG-2 a late answer of the HSS finds its user",
			a_late_answer_of_the_hss_finds_its_user),
		NAMED("REG-1 nothing that was mangled registers",
			nothing_that_was_mangled_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
