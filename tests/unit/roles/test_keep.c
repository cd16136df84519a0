/* SPDX-License-Identifier: BSD-3-Clause */
/* One process follows another, through all roles and the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "network.h"
#include "scscf_network.h"
#include "store_state.h"
#include "ue.h"

#define AGAIN_MS 10000 /* after a turn of the store has failed */

/* On its set, without a response: for so long. */
static void refreshed(const char *expires)
{
	ue_register(&(struct ue){.authorization = ue_first_authorization,
		.verify = ue_server_list,
		.port_c = UE_PORT_C,
		.contact_expires = expires});
	if (strncmp(network.answer, "SIP/2.0 200 ", 12) != 0)
		fail_msg("%s", network.answer);
}

static int open_with_refreshes(void **state)
{
	int status = network_open(state);

	network.config.scscf.reauthenticate_every = 100;
	network_restart();
	return status;
}

static void assert_registered(unsigned sets)
{
	struct pcscf_gauges pcscf;

	network_settle();
	pcscf_gauge(network.roles.pcscf, &pcscf);
	assert_int_equal(pcscf.sets, sets);
	assert_int_equal(scscf_registrations(network.roles.scscf), sets);
	assert_int_equal(network.sa_count, 4 * sets);
}

static void sql(const char *text)
{
	assert_int_equal(sqlite3_exec(network.store->db, text, NULL, NULL, NULL), SQLITE_OK);
}

static void a_registration_goes_on(void **state)
{
	(void)state;
	ue_reach_registration();
	for (unsigned i = 0; i < 3; i++) {
		network_restart();
		assert_registered(1);
		refreshed("3600");
	}
	/* Its end is the last refresh's. */
	network_wait_ms(3600 * 1000);
	assert_int_equal(scscf_registrations(network.roles.scscf), 0);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_UNREGISTERED);
	network_wait_ms(30000);
	network_restart();
	assert_registered(0);
}

/* For as long as it fails, nothing new is known to a successor; then all is. */
static void a_store_that_has_failed_catches_up(void **state)
{
	size_t count;

	(void)state;
	sql("CREATE TRIGGER no BEFORE INSERT ON kept_registration"
	    " BEGIN SELECT RAISE(ABORT, 'no'); END");
	ue_reach_registration();
	network_wait_ms(AGAIN_MS);
	sql("DROP TRIGGER no");
	network_wait_ms(AGAIN_MS);
	network_restart();
	assert_registered(1);
	refreshed("3600");

	sql("CREATE TRIGGER no BEFORE DELETE ON kept_registration"
	    " BEGIN SELECT RAISE(ABORT, 'no'); END");
	assert_int_equal(scscf_network_deregister(network.roles.scscf, UE_IMPU, &count), 0);
	network_wait_ms(8000);
	sql("DROP TRIGGER no");
	network_wait_ms(AGAIN_MS);
	network_restart();
	assert_registered(0);
}

/* It could not be removed, and then the process died: the younger one is what counts. */
static void what_is_left_over_gives_way(void **state)
{
	(void)state;
	ue_reach_registration();
	sql("CREATE TEMP TABLE old_one AS SELECT * FROM kept_registration;"
	    "CREATE TEMP TABLE old_set AS SELECT * FROM kept_sa_set");
	refreshed("0");
	network_wait_ms(8000);
	assert_registered(0);
	ue_reach_registration();
	sql("UPDATE kept_registration SET id = id + 10; UPDATE kept_sa_set SET id = id + 10;"
	    "INSERT INTO kept_registration SELECT * FROM old_one;"
	    "INSERT INTO kept_sa_set SELECT * FROM old_set");
	network_restart();
	assert_registered(1);
	refreshed("3600");
	network_restart();
	assert_registered(1);
}

#define CASE(name, function)                                             \
	{                                                                \
		name, function, open_with_refreshes, network_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("REG-8 a registration goes on", a_registration_goes_on),
		CASE("a store that has failed catches up", a_store_that_has_failed_catches_up),
		CASE("what is left over gives way", what_is_left_over_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
