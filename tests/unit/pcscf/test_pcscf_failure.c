/* SPDX-License-Identifier: BSD-3-Clause */
/* What fails: on which set the answer leaves, and which sets it takes along. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"
#include "pcscf_network.h"

#define CHALLENGED \
	"Digest username=\"" BENCH_IMPI "\",realm=\"home.net\",nonce=\"" BENCH_NONCE "\","

#define MAC_FAILURE CHALLENGED "response=\"\""
#define SQN_FAILURE CHALLENGED "response=\"\",auts=\"0123456789abcdefgh==\""
#define SQN_FAILURE_WITH_RESPONSE \
	CHALLENGED "response=\"0123456789abcdef0123456789abcdef\",auts=\"0123456789abcdefgh==\""

static const char *const reports[] = {MAC_FAILURE, SQN_FAILURE, SQN_FAILURE_WITH_RESPONSE};

#define REPORTS (sizeof(reports) / sizeof(reports[0]))

static void wrong_res_after_a_protected_sm1(void **state)
{
	struct bench_register sm7;
	uint16_t old_port;

	(void)state;
	bench_reach_registration();
	old_port = bench.sas[2].ports[0].local;
	bench_reach_reauthentication(41000);
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home(403, "");
	assert_int_equal(bench.status, 403);
	bench_assert_flow(BENCH_UE, old_port, BENCH_PORT_US);
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 1);
	bench_wait_ms(8000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	/* REG-9: the UE goes on where it was. */
	bench.port_uc = BENCH_PORT_UC;
}

/* The operator's policy ends the registration with this failure, before its answer leaves. */
static void a_failure_that_ends_the_registration(void **state)
{
	struct bench_register sm7;
	uint16_t old_port;

	(void)state;
	bench_reach_registration();
	old_port = bench.sas[2].ports[0].local;
	bench_reach_reauthentication(41000);
	sm7 = bench_sm7();
	bench_ue(&sm7);
	pcscf_network_deregister(bench.pcscf, BENCH_IMPI, "sip:alice@home.net");
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 2);
	bench_home(403, "");
	assert_int_equal(bench.status, 403);
	bench_assert_flow(BENCH_UE, old_port, BENCH_PORT_US);
	bench_wait_ms(8000);
	assert_int_equal(bench_sets(), 0);
}

static void a_bare_report_ends_the_set_of_its_challenge(void **state)
{
	(void)state;
	for (size_t i = 0; i < REPORTS; i++) {
		bench.deleted = 0;
		bench_reach_challenge();
		bench_ue(&(struct bench_register){.authorization = reports[i]});
		/* On receipt, whatever the home network says. */
		assert_int_equal(bench_sets(), 0);
		bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
		bench_assert_has(bench.events, "SM6 SM7 SA delete SM8 ");
		bench_worker(0);
		assert_int_equal(bench.deleted, 4);
		bench_home(403, "");
		assert_int_equal(bench.status, 403);
		assert_int_equal(bench.answer_flow.remote.address.family, NET_NONE);
	}
}

static void a_report_on_the_old_set_leaves_that_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < REPORTS; i++) {
		struct bench_register report;
		char verify[sizeof(bench.server_list)];

		bench.deleted = 0;
		bench_reach_registration();
		strcpy(verify, bench.server_list);
		bench_reach_reauthentication(41000);
		report = bench_sm7();
		report.source_port = BENCH_PORT_UC;
		report.verify = verify;
		report.authorization = reports[i];
		bench_ue(&report);
		assert_int_equal(bench_sets_in(SA_SET_TEMPORARY), 0);
		assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
		/* C-SM10: a synchronisation failure gets a new challenge, on the old set again. */
		bench_home_challenges();
		bench_worker(0);
		assert_int_equal(bench.status, 401);
		bench_assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
		assert_int_equal(bench_sets_in(SA_SET_TEMPORARY), 1);
		bench_wait_ms(630000);
		assert_int_equal(bench_sets(), 0);
		bench.port_uc = BENCH_PORT_UC;
		bench.client_list[0] = '\0';
	}
}

static void a_report_on_the_new_set_is_discarded(void **state)
{
	(void)state;
	for (size_t i = 0; i < REPORTS; i++) {
		struct bench_register report;

		bench_reach_challenge();
		report = bench_sm7();
		report.authorization = reports[i];
		bench_ue(&report);
		assert_null(bench.forwarded);
		assert_int_equal(bench.status, 403);
		assert_int_equal(bench_sets_in(SA_SET_CLOSING), 1);
		bench_wait_ms(8000);
		assert_int_equal(bench_sets(), 0);
	}
}

static void a_report_of_something_else_ends_nothing(void **state)
{
	static const struct bench_register cases[] = {
		/* another challenge; another user; from elsewhere */
		{.authorization = "Digest username=\"" BENCH_IMPI
				  "\",nonce=\"b3RoZXI=\",response=\"\""},
		{.authorization = "Digest username=\"mallory@home.net\",nonce=\"" BENCH_NONCE
				  "\",response=\"\"",
			.client = "ipsec-3gpp;alg=hmac-md5-96;spi-c=1001;spi-s=1002;port-c=7000;"
				  "port-s=7001"},
		{.authorization = MAC_FAILURE, .source = "198.51.100.99"},
		/* a response without protection is ignored, and is no report */
		{.authorization = CHALLENGED "response=\"0123456789abcdef0123456789abcdef\""},
	};

	(void)state;
	bench_reach_challenge();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bench_ue(&cases[i]);
		assert_int_equal(bench_sets_in(SA_SET_TEMPORARY), 1);
		bench_home(403, "");
	}
}

static void a_new_challenge_deletes_the_incomplete_set_only(void **state)
{
	struct bench_register again;
	char verify[sizeof(bench.server_list)];

	(void)state;
	bench_reach_registration();
	strcpy(verify, bench.server_list);
	bench_reach_reauthentication(41000);
	again = bench_sm7();
	again.source_port = BENCH_PORT_UC;
	again.verify = verify;
	again.authorization = NULL;
	again.client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=7001;spi-s=7002;port-c=42000;"
		       "port-s=40113";
	bench_ue(&again);
	bench_home_challenges();
	bench_worker(0);
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench_sets_in(SA_SET_TEMPORARY), 1);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_int_equal(bench.deleted, 4);
}

/* The agreement is confirmed on every REGISTER, not on the first registration alone. */
static void a_changed_agreement_on_a_reregistration(void **state)
{
	struct bench_register again, sm7;
	char list[sizeof(bench.server_list) + 32];

	(void)state;
	bench_reach_registration();
	again = bench_sm7();
	again.authorization = NULL;
	snprintf(list, sizeof(list), "Security-Server: %s\r\n", bench.server_list);
	again.verify = "ipsec-3gpp;q=0.9;alg=hmac-md5-96;spi-c=1;spi-s=2;port-c=6101;port-s=6100";
	bench_ue(&again);
	assert_null(bench.forwarded);
	assert_int_equal(bench.status, 494);
	bench_assert_has(bench.answer_text, list);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);

	bench_reach_reauthentication(41000);
	sm7 = bench_sm7();
	sm7.client = "ipsec-3gpp;alg=hmac-md5-96;spi-c=42000;spi-s=241000;port-c=41000;"
		     "port-s=40113";
	bench_ue(&sm7);
	assert_null(bench.forwarded);
	assert_int_equal(bench.status, 403);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 1);
	assert_int_equal(pcscf_counters(bench.pcscf)->refused_agreement, 2);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("E-2 P-ERR REG-9 wrong RES after a protected SM1",
			wrong_res_after_a_protected_sm1),
		CASE("REG-9 P-ERR a failure that ends the registration is told on the old set",
			a_failure_that_ends_the_registration),
		CASE("B-SM7 C-SM7 P-ERR a bare report ends the set of its challenge",
			a_bare_report_ends_the_set_of_its_challenge),
		CASE("B-SM7 C-SM7 P-ERR a report on the old set leaves that one",
			a_report_on_the_old_set_leaves_that_one),
		CASE("P-BIND P-ERR a report on the new set is discarded",
			a_report_on_the_new_set_is_discarded),
		CASE("P-ERR a report of something else ends nothing",
			a_report_of_something_else_ends_nothing),
		CASE("P-ERR a new challenge deletes the incomplete set only",
			a_new_challenge_deletes_the_incomplete_set_only),
		CASE("P-CHK a changed agreement on a re-registration",
			a_changed_agreement_on_a_reregistration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
