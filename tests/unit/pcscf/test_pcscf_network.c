/* SPDX-License-Identifier: BSD-3-Clause */
/* What the network itself does to a registration reaches its SAs. */
#include "pcscf_network.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static void the_old_set_has_less_time(void **state)
{
	(void)state;
	bench_reach_registration();
	pcscf_network_shorten(bench.pcscf, "mallory@home.net", 0);
	pcscf_network_shorten(bench.pcscf, BENCH_IMPI, 60000);
	bench_wait_ms(89999);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
}

/* Asked again: as long as the registration lasts. */
static void a_second_request_gives_time_again(void **state)
{
	(void)state;
	bench_reach_registration();
	pcscf_network_shorten(bench.pcscf, BENCH_IMPI, 60000);
	bench_wait_ms(60000);
	pcscf_network_shorten(bench.pcscf, BENCH_IMPI, 60000);
	bench_wait_ms(89999);
	assert_int_equal(bench_sets(), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
}

/* The re-authentication that was asked for: the new set has its own time, the old one hands over
 * within what was left to it. */
static void the_new_set_is_not_shortened(void **state)
{
	(void)state;
	bench_reach_registration();
	pcscf_network_shorten(bench.pcscf, BENCH_IMPI, 200000);
	bench_reauthenticate(41000);
	assert_int_equal(bench_sets_in(SA_SET_REPLACED), 1);
	bench_wait_ms(230000 - 128000 - 1);
	assert_int_equal(bench_sets_in(SA_SET_REPLACED), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets_in(SA_SET_OLD), 1);
	bench_wait_ms(128000);
	assert_int_equal(bench_sets(), 1);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	bench_wait_ms(400000 - 1);
	assert_int_equal(bench_sets(), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
}

/* While two sets stand, what the P-CSCF sends on changes over in time, too. */
static void a_replaced_set_hands_over_earlier(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_reauthenticate(41000);
	pcscf_network_shorten(bench.pcscf, BENCH_IMPI, 10000);
	bench_wait_ms(1);
	assert_int_equal(bench_sets_in(SA_SET_OLD), 1);
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	bench_wait_ms(39999);
	assert_int_equal(bench_sets(), 0);
}

static void the_last_identity_takes_the_sets_along(void **state)
{
	struct bench_register bob;

	(void)state;
	pcscf_network_deregister(bench.pcscf, BENCH_IMPI, "sip:alice@home.net");
	bench_reach_registration();
	bob = bench_sm7();
	bob.authorization = NULL;
	bob.to = "sip:bob@home.net";
	bench_ue(&bob);
	bench_home(200, "Contact: <sip:a@" BENCH_UE ":40113>;expires=600\r\n"
			"P-Associated-URI: <sip:bob@home.net>\r\n");
	pcscf_network_deregister(bench.pcscf, "mallory@home.net", "sip:alice@home.net");
	pcscf_network_deregister(bench.pcscf, BENCH_IMPI, "tel:+15550100");
	assert_int_equal(bench_sets_in(SA_SET_CONFIRMED), 1);
	pcscf_network_deregister(bench.pcscf, BENCH_IMPI, "sip:bob@home.net");
	assert_int_equal(bench_sets_in(SA_SET_CLOSING), 1);
	assert_int_equal(bench.deleted, 0);
	/* Nothing new is taken. */
	bench_ue(&bob);
	assert_int_equal(bench.status, 403);
	bench_wait_ms(8000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
	assert_int_equal(bench_sets(), 0);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("NET-2 the old set has less time", the_old_set_has_less_time),
		CASE("NET-2 NET-3 a second request gives time again",
			a_second_request_gives_time_again),
		CASE("NET-2 P-LIFE the new set is not shortened", the_new_set_is_not_shortened),
		CASE("NET-2 a replaced set hands over earlier", a_replaced_set_hands_over_earlier),
		CASE("P-ERR REG-7 the network's de-registration takes the sets along",
			the_last_identity_takes_the_sets_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
