/* SPDX-License-Identifier: BSD-3-Clause */
/* Authentications that fail on the UE's side, through all roles: flows B and C of 6.1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "network.h"
#include "store_registration.h"
#include "store_sqn.h"
#include "ue.h"

#define SQN_MS UINT64_C(0x123456789a)

static void assert_status(unsigned status)
{
	char line[32];

	snprintf(line, sizeof(line), "SIP/2.0 %u ", status);
	if (strncmp(network.answer, line, strlen(line)) != 0)
		fail_msg("not %u: %s", status, network.answer);
}

/* 4xx without security parameters, on the way that its REGISTER came. */
static void assert_refused(uint16_t local_port)
{
	static const char *const parameters[] = {"WWW-Authenticate", "nonce",
		"ik=", "ck=", "Security-Server", "Authentication-Info"};

	assert_status(403);
	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		assert_null(strcasestr(network.answer, parameters[i]));
	if (local_port == 5060)
		assert_int_equal(network.answer_flow.local.port, 5060);
	else
		assert_in_range(network.answer_flow.local.port, 6101, 6102);
}

static void assert_flag(enum store_flag flag)
{
	struct store_registration found = network_flag(UE_IMPU);

	assert_int_equal(found.flag, flag);
	assert_string_equal(found.scscf, flag == STORE_REGISTERED ? "sip:scscf.home.net" : "");
}

static uint64_t sqn(void)
{
	struct store_sqn found = {0};

	assert_int_equal(store_sqn_get(network.store, UE_IMPI, &found), 0);
	return found.sqn;
}

static void challenged(void)
{
	ue_register(&(struct ue){.authorization = ue_first_authorization});
	ue_take_challenge();
}

static void registered(void)
{
	challenged();
	ue_register(&(struct ue){.authorization = ue_answer_authorization(),
		.verify = ue_server_list,
		.port_c = UE_PORT_C});
	assert_status(200);
}

/* What comes on the SAs of port_uc, with a new offer. */
static struct ue protected_ue(const char *authorization)
{
	return (struct ue){.authorization = authorization,
		.verify = ue_server_list,
		.port_c = UE_PORT_C,
		.offered_port_c = 40200};
}

static void network_failure_of_a_stranger(void **state)
{
	(void)state;
	challenged();
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_PENDING);
	network.events[0] = '\0';
	ue_register(&(struct ue){.authorization = ue_mac_failure_authorization()});
	assert_refused(5060);
	assert_flag(STORE_UNREGISTERED);
	assert_non_null(strstr(network.events, "UAR UAA SM9 Cx-Put SM10 SM11 "));
	network_wait_ms(240000);
	assert_int_equal(network.sa_count, 0);
	assert_null(network.roles.timers.root);
	registered();
}

static void network_failure_of_a_registered_user(void **state)
{
	struct ue ue;
	char server_list[sizeof(ue_server_list)];

	(void)state;
	registered();
	snprintf(server_list, sizeof(server_list), "%s", ue_server_list);
	ue = protected_ue(ue_first_authorization);
	ue_register(&ue);
	ue_take_challenge();
	snprintf(ue_server_list, sizeof(ue_server_list), "%s", server_list);
	network.events[0] = '\0';
	ue = protected_ue(ue_mac_failure_authorization());
	ue_register(&ue);
	assert_refused(6101);
	assert_flag(STORE_REGISTERED);
	assert_null(strstr(network.events, "Cx-Put"));
	assert_int_equal(scscf_registrations(network.roles.scscf), 1);
}

static void resync_then_success(void **state)
{
	(void)state;
	challenged();
	network.events[0] = '\0';
	ue_register(&(struct ue){.authorization = ue_sync_failure_authorization(SQN_MS, true)});
	assert_status(401);
	ue_take_challenge();
	assert_true(ue_isim.sqn > SQN_MS);
	assert_int_equal(sqn(), ue_isim.sqn);
	assert_non_null(strstr(network.events, "UAR UAA SM9 CM3 CM4 SM10 SM11 "));
	ue_register(&(struct ue){.authorization = ue_answer_authorization(),
		.verify = ue_server_list,
		.port_c = UE_PORT_C});
	assert_status(200);
	assert_flag(STORE_REGISTERED);
}

static void resync_then_wrong_res(void **state)
{
	(void)state;
	challenged();
	ue_register(&(struct ue){.authorization = ue_sync_failure_authorization(SQN_MS, true)});
	ue_take_challenge();
	ue_isim.res[7] ^= 1;
	ue_register(&(struct ue){.authorization = ue_answer_authorization(),
		.verify = ue_server_list,
		.port_c = UE_PORT_C});
	assert_status(403);
	assert_flag(STORE_UNREGISTERED);
}

static void resync_then_network_failure(void **state)
{
	(void)state;
	challenged();
	ue_register(&(struct ue){.authorization = ue_sync_failure_authorization(SQN_MS, true)});
	ue_take_challenge();
	ue_register(&(struct ue){.authorization = ue_mac_failure_authorization()});
	assert_refused(5060);
	assert_flag(STORE_UNREGISTERED);
}

static void a_wrong_mac_s(void **state)
{
	uint64_t before;

	(void)state;
	challenged();
	before = sqn();
	ue_register(&(struct ue){.authorization = ue_sync_failure_authorization(SQN_MS, false)});
	assert_refused(5060);
	assert_int_equal(sqn(), before);
	assert_flag(STORE_UNREGISTERED);
	network_wait_ms(240000);
	assert_int_equal(network.sa_count, 0);
	assert_null(network.roles.timers.root);
}

#define CASE(name, function)                                      \
	{                                                         \
		name, function, network_open, network_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("B-SM7…10 B-I FLAG-3 network failure of a stranger",
			network_failure_of_a_stranger),
		CASE("B-SM7…10 FLAG-3 P-ERR network failure of a registered user",
			network_failure_of_a_registered_user),
		CASE("C-SM7…CM4 C-SM10 P-SQN resync, then success", resync_then_success),
		CASE("C-SM10 E-2 resync, then wrong RES", resync_then_wrong_res),
		CASE("C-SM10 B-SM7 resync, then network failure", resync_then_network_failure),
		CASE("C-SM7…CM4 FLAG-3 a wrong MAC-S", a_wrong_mac_s),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
