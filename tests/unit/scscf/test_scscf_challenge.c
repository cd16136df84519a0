/* SPDX-License-Identifier: BSD-3-Clause */
/* SM3 → SM4: who is challenged, with what, and what the HSS is told and asked before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "aka_nonce.h"
#include "hex.h"
#include "scscf_bench.h"

static void assert_flag(const char *impu, enum store_flag flag, const char *scscf)
{
	struct store_registration found = home_flag(&bench.home, impu);

	assert_int_equal(found.flag, flag);
	assert_string_equal(found.scscf, scscf);
}

static void no_way_to_a_200_without_a_challenge(void **state)
{
	static const char *const protections[] = {NULL, "no", "yes", "YES", "ip-assoc-yes", ""};
	static const char *const nonces[] = {"", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="};
	static const char *const responses[] = {"", "d193eeff6e656cd5c99d93742d17f8ac"};
	static const char *const contacts[] = {
		"", "*", BENCH_CONTACT, "<" BENCH_CONTACT_AT ">;expires=0"};

	(void)state;
	for (unsigned i = 0; i < 6 * 2 * 2 * 4; i++) {
		struct bench_register what = {.protection = protections[i % 6],
			.nonce = nonces[i / 6 % 2],
			.response = responses[i / 12 % 2],
			.contacts = contacts[i / 24],
			.expires = i / 24 == 1 ? "0" : NULL};

		bench_challenged(&what);
	}
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	assert_int_equal(bench_events("SAR"), 0);
}

static void an_unprotected_one_is_initial(void **state)
{
	(void)state;
	bench_registered();
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench_challenged(&(struct bench_register){.protection = NULL});
	assert_int_equal(scscf_registrations(bench.scscf), 1);
}

static void a_response_that_is_not_protected_is_ignored(void **state)
{
	char nonce[sizeof(bench.nonce)];

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	strcpy(nonce, bench.nonce);
	bench_challenged(&(struct bench_register){.authorization = bench_credentials("no")});
	assert_string_not_equal(bench.nonce, nonce);
	assert_int_equal(scscf_registrations(bench.scscf), 0);
	/* Two words on it are none. */
	assert_int_equal(
		bench_register(&(struct bench_register){
			.authorization = "Digest username=\"" HOME_IMPI
					 "\",integrity-protected=\"no\",Integrity-Protected=yes"}),
		400);
}

static void the_challenge_holds_what_the_isim_computes(void **state)
{
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN];
	char ik[33], ck[33], expected[512];
	struct isim_answer isim;

	(void)state;
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(aka_nonce_parse(bench.nonce, strlen(bench.nonce), rand, autn), 0);
	home_isim(&bench.home, rand, autn, &isim);
	hex_encode(isim.ik, sizeof(isim.ik), ik);
	hex_encode(isim.ck, sizeof(isim.ck), ck);
	snprintf(expected, sizeof(expected),
		"WWW-Authenticate: Digest realm=\"home.net\",nonce=\"%s\",algorithm=AKAv1-MD5,"
		"qop=\"auth\",ik=\"%s\",ck=\"%s\"",
		bench.nonce, ik, ck);
	assert_string_equal(bench_row("WWW-Authenticate:"), expected);
	assert_int_equal(bench_rows("WWW-Authenticate:"), 1);
	assert_int_equal(bench_rows("Via:"), 2);
}

static void keys_stand_in_the_401_only(void **state)
{
	(void)state;
	bench_registered();
	assert_null(strstr(bench.answer, bench.ik));
	assert_null(strstr(bench.answer, bench.ck));
	assert_null(strstr(bench.answer, bench.nonce));
	assert_int_equal(bench_rows("WWW-Authenticate"), 0);
}

static void pending_only_where_it_was_not_registered(void **state)
{
	(void)state;
	assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_flag(HOME_IMPU, STORE_PENDING, BENCH_SCSCF);
	assert_string_equal(bench.events, "Cx-Put CM1 CM2 SM4 ");
	assert_int_equal(
		bench_register(&(struct bench_register){.authorization = bench_credentials("yes")}),
		200);
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
	bench.events[0] = '\0';
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
	assert_int_equal(bench_events("Cx-Put"), 0);
}

static void vectors_are_asked_for_only_where_none_is_held(void **state)
{
	(void)state;
	bench_registered();
	assert_int_equal(bench_events("CM1"), 1);
	/* Three came, two are left. */
	bench_challenged(&(struct bench_register){.protection = "no"});
	bench_challenged(&(struct bench_register){.protection = "yes"});
	assert_int_equal(bench_events("CM1"), 1);
	bench_challenged(&(struct bench_register){.protection = "no"});
	assert_int_equal(bench_events("CM1"), 2);
}

static void vectors_are_used_in_the_order_of_their_sqn(void **state)
{
	uint64_t last = 0;

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN];
		struct isim_answer isim;

		bench_challenged(&(struct bench_register){.protection = i % 2 ? "yes" : "no"});
		assert_int_equal(aka_nonce_parse(bench.nonce, strlen(bench.nonce), rand, autn), 0);
		home_isim(&bench.home, rand, autn, &isim);
		assert_true(isim.sqn > last);
		last = isim.sqn;
	}
}

static void side_by_side_no_vector_is_sent_twice(void **state)
{
	char nonces[5][sizeof(bench.nonce)];

	(void)state;
	bench.turn_held = true;
	for (unsigned i = 0; i < 4; i++)
		bench_register(&(struct bench_register){.protection = "no"});
	assert_int_equal(bench.answers, 0);
	bench.turn_held = false;
	home_turn(&bench.home);
	assert_int_equal(bench.answers, 4);
	for (unsigned i = 0; i < 5; i++) {
		bench_challenged(&(struct bench_register){.protection = "no"});
		strcpy(nonces[i], bench.nonce);
		for (unsigned k = 0; k < i; k++)
			assert_string_not_equal(nonces[k], bench.nonce);
	}
}

static void what_is_held_does_not_add_up(void **state)
{
	(void)state;
	trace_remove(&bench.trace, &bench.listener);
	bench.turn_held = true;
	for (unsigned i = 0; i < 40; i++)
		bench_register(&(struct bench_register){.protection = "no"});
	bench.turn_held = false;
	home_turn(&bench.home);
	assert_int_equal(bench.answers, 40);
	assert_int_equal(scscf_counters(bench.scscf)->vector_requests, 40);
	/* 40 * 3 came and 40 are used, but no more than 32 and one answer are kept. */
	for (unsigned i = 0; i < 36; i++)
		bench_challenged(&(struct bench_register){.protection = "no"});
	assert_true(scscf_counters(bench.scscf)->vector_requests > 40);
}

static void an_impi_is_a_nai(void **state)
{
	static const char *const wrong[] = {"", "a", "@home.net", "a@", "a@b@home.net",
		"sip:a@home.net", "a@home..net", "a b@home.net"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(bench_register(&(struct bench_register){.impi = wrong[i]}), 400);
	assert_int_equal(bench_register(&(struct bench_register){.authorization = ""}), 400);
	assert_int_equal(
		bench_register(&(struct bench_register){.authorization = "Basic YTpi"}), 400);
	assert_int_equal(bench_register(&(struct bench_register){.more = "Authorization: Digest "
									 "username=\"b@home.net\""
									 "\r\n"}),
		400);
	assert_int_equal(bench_events("Cx-Put"), 0);
}

static void identities_must_belong_together(void **state)
{
	(void)state;
	assert_int_equal(bench_register(&(struct bench_register){.impi = "b@home.net"}), 403);
	assert_int_equal(bench_register(&(struct bench_register){.impi = "c@home.net"}), 403);
	assert_int_equal(bench_register(&(struct bench_register){.impu = "sip:c@home.net"}), 403);
	assert_int_equal(bench_events("CM1"), 0);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
}

static void only_register_is_served(void **state)
{
	(void)state;
	bench_registered();
	assert_int_equal(bench_register(&(struct bench_register){.method = "INVITE"}), 403);
	assert_int_equal(bench_register(&(struct bench_register){.method = "MESSAGE"}), 403);
	assert_int_equal(bench_register(&(struct bench_register){.more = "Require: pref, Path\r\n"
									 "Require: x\r\n"}),
		420);
	assert_string_equal(bench_row("Unsupported:"), "Unsupported: pref");
	assert_int_equal(bench_rows("Unsupported:"), 2);
}

static void an_hss_out_of_reach_leaves_nothing_pending(void **state)
{
	(void)state;
	bench.no_mar = true;
	assert_int_equal(bench_register(&(struct bench_register){.protection = "no"}), 500);
	assert_flag(HOME_IMPU, STORE_UNREGISTERED, "");
	bench.no_mar = false;
	for (unsigned i = 0; i < 3; i++)
		bench_challenged(&(struct bench_register){.protection = "no"});
	/* But what waits still waits. */
	bench.no_mar = true;
	assert_int_equal(bench_register(&(struct bench_register){.protection = "no"}), 500);
	assert_flag(HOME_IMPU, STORE_PENDING, BENCH_SCSCF);
	assert_int_equal(
		bench_register(&(struct bench_register){.authorization = bench_credentials("yes")}),
		200);
	assert_flag(HOME_IMPU, STORE_REGISTERED, BENCH_SCSCF);
}

#define NAMED(text, function)                                 \
	{                                                     \
		text, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NAMED("REG-1 no way to a 200 without a challenge",
			no_way_to_a_200_without_a_challenge),
		NAMED("REG-2 an unprotected REGISTER of a registered UE is challenged",
			an_unprotected_one_is_initial),
		NAMED("P-IPI a response that is not protected is ignored",
			a_response_that_is_not_protected_is_ignored),
		NAMED("A-SM4 the 401 holds what the ISIM computes",
			the_challenge_holds_what_the_isim_computes),
		NAMED("INT-5 ik and ck stand in the 401 only", keys_stand_in_the_401_only),
		NAMED("FLAG-1 pending only where it was not registered",
			pending_only_where_it_was_not_registered),
		NAMED("AKA-3 vectors are asked for only where none is held",
			vectors_are_asked_for_only_where_none_is_held),
		NAMED("AKA-4 SQNs strictly rise", vectors_are_used_in_the_order_of_their_sqn),
		NAMED("AKA-5 no vector is sent twice, side by side either",
			side_by_side_no_vector_is_sent_twice),
		NAMED("AKA-3 what is held does not add up", what_is_held_does_not_add_up),
		NAMED("AKA-1 an IMPI is a NAI", an_impi_is_a_nai),
		NAMED("REG-6 IMPI and IMPU must belong together", identities_must_belong_together),
		NAMED("REG-5 what is no registration is refused", only_register_is_served),
		NAMED("FLAG-3 an HSS out of reach leaves nothing pending",
			an_hss_out_of_reach_leaves_nothing_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
