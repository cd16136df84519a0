/* SPDX-License-Identifier: BSD-3-Clause */
/* SM5 to SM6: ik and ck stay in the P-CSCF. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

/* Every spelling in which a registrar may write the keys: none reaches the UE. */

static void no_key_reaches_the_ue(void **state)
{
	static const char *const challenges[] = {
		"Digest nonce=\"n\",ik=\"" BENCH_IK "\",ck=\"" BENCH_CK "\",realm=\"home.net\"",
		"Digest CK=\"" BENCH_CK "\",realm=\"home.net\",IK=\"" BENCH_IK "\",nonce=\"n\"",
		"Digest Ik=" BENCH_IK ",cK=" BENCH_CK ",nonce=\"n\",realm=\"home.net\"",
		"Digest ik = \"" BENCH_IK "\" , nonce=\"n\" , ck\t=\t\"" BENCH_CK "\"",
		"Digest realm=\"a,ik=b\",nonce=\"n\",ik=\"" BENCH_IK "\",ck=\"" BENCH_CK "\"",
		"Digest nonce=\"n\",ik=\"000102030405060708090A0B0C0D0E0F\",ck=\"" BENCH_CK "\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(challenges) / sizeof(challenges[0]); i++) {
		char rows[1024];

		snprintf(rows, sizeof(rows), "WWW-Authenticate: %s\r\n", challenges[i]);
		bench_ue(&(struct bench_register){0});
		bench_home(401, rows);
		bench_worker(0);
		assert_int_equal(bench.status, 401);
		bench_assert_has_not(bench.answer_text, "0c0d0e0f");
		bench_assert_has_not(bench.answer_text, "fcfdfeff");
		bench_assert_has_not(bench.answer_text, "ck=");
		bench_assert_has(bench.answer_text, "nonce=\"n\"");
		assert_int_equal(bench.sas[bench.sa_count - 1].key[15], 15);
		bench_assert_has_not(bench.details, "0c0d0e0f");
	}
	/* An incomplete set gives way to the next challenge. */
	assert_int_equal(bench_sets(), 1);
}

static void a_challenge_that_can_not_be_cleaned_goes_no_further(void **state)
{
	static const char *const challenges[] = {
		"WWW-Authenticate: Digest nonce=\"n\",ik=\"00\",ck=\"" BENCH_CK "\"\r\n",
		"WWW-Authenticate: Digest nonce=\"n\",ik=\"" BENCH_IK "\",ik=\"" BENCH_IK "\"\r\n",
		"WWW-Authenticate: Digest nonce=\"n\",ik=\"" BENCH_IK "\r\n",
		"WWW-Authenticate: Digest ik=\"" BENCH_IK "\"\r\n",
		"WWW-Authenticate: Digest nonce=\"n\",realm=\"home.net\"\r\n",
		("WWW-Authenticate: Digest nonce=\"n\",ik=\"" BENCH_IK "\"\r\n"
		 "WWW-Authenticate: Digest nonce=\"m\",ik=\"" BENCH_IK "\"\r\n"),
		"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(challenges) / sizeof(challenges[0]); i++) {
		bench_ue(&(struct bench_register){0});
		bench_home(401, challenges[i]);
		bench_worker(0);
		assert_int_equal(bench.status, 500);
		bench_assert_has_not(bench.answer_text, "WWW-Authenticate");
		bench_assert_has_not(bench.answer_text, "0c0d0e0f");
	}
	assert_int_equal(bench.sa_count, 0);
	assert_int_equal(bench_sets(), 0);
}

static void keys_are_taken_out_of_every_answer(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home(403,
		"WWW-Authenticate: Digest nonce=\"n\",ik=\"" BENCH_IK "\",ck=\"" BENCH_CK "\"\r\n");
	assert_int_equal(bench.status, 403);
	bench_assert_has_not(bench.answer_text, "ik=");
	bench_assert_has_not(bench.answer_text, "ck=");
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("A-SM6 no key reaches the UE", no_key_reaches_the_ue),
		CASE("A-SM6 what can not be cleaned goes no further",
			a_challenge_that_can_not_be_cleaned_goes_no_further),
		CASE("A-SM6 keys are taken out of every answer",
			keys_are_taken_out_of_every_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
