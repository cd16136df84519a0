/* SPDX-License-Identifier: BSD-3-Clause */
/* What the network begins, through all roles: the S-CSCF decides, the SAs follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "network.h"
#include "scscf_network.h"
#include "ue.h"

#define WITHIN_MS 120000 /* of the network's settings */
#define GUARD_MS  30000

static void a_request_to_authenticate_shortens_the_old_set(void **state)
{
	(void)state;
	ue_reach_registration();
	assert_int_equal(scscf_network_reauthenticate(network.roles.scscf, UE_IMPI), 0);
	network_wait_ms(WITHIN_MS + GUARD_MS - 1000);
	assert_int_equal(network.sa_count, 4);
	network_wait_ms(1000);
	network_settle();
	assert_int_equal(network.sa_count, 0);
}

static void the_operator_ends_a_registration_and_its_sas(void **state)
{
	size_t count;

	(void)state;
	ue_reach_registration();
	assert_int_equal(scscf_network_deregister(network.roles.scscf, UE_IMPU, &count), 0);
	assert_int_equal(count, 1);
	/* What is on its way may still leave. */
	network_settle();
	assert_int_equal(network.sa_count, 4);
	network_wait_ms(8000);
	network_settle();
	assert_int_equal(network.sa_count, 0);
}

#define CASE(name, function)                                      \
	{                                                         \
		name, function, network_open, network_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("NET-1 NET-2 a request to authenticate shortens the old set",
			a_request_to_authenticate_shortens_the_old_set),
		CASE("P-ERR the operator ends a registration and its SAs",
			the_operator_ends_a_registration_and_its_sas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
