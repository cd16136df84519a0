/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole registrations through all roles: octets in, octets out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "esp_key.h"
#include "hex.h"
#include "network.h"
#include "store_registration.h"
#include "ue.h"

static void assert_has(const char *part)
{
	if (!strstr(network.answer, part))
		fail_msg("\"%s\" is not in:\n%s", part, network.answer);
}

static void assert_has_not(const char *part)
{
	if (strcasestr(network.answer, part))
		fail_msg("\"%s\" is in:\n%s", part, network.answer);
}

static void assert_status(unsigned status)
{
	char line[32];

	snprintf(line, sizeof(line), "SIP/2.0 %u ", status);
	if (strncmp(network.answer, line, strlen(line)) != 0)
		fail_msg("not %u: %s", status, network.answer);
}

static void reach_challenge(void)
{
	ue_register(&(struct ue){.authorization = ue_first_authorization});
	ue_take_challenge();
}

static void answer_challenge(void)
{
	ue_register(&(struct ue){.authorization = ue_answer_authorization(),
		.verify = ue_server_list,
		.port_c = UE_PORT_C});
}

static void clear_trace(void)
{
	network.events[0] = network.details[0] = '\0';
}

static void success(void **state)
{
	struct secret ik = {0}, ik_esp = {0};

	(void)state;
	reach_challenge();
	assert_has_not("ik=");
	assert_has_not("ck=");
	assert_has("algorithm=AKAv1-MD5");
	/* INT-4: live before the 401 left; INT-5: the key that the ISIM computed. */
	assert_int_equal(network.sa_count, 4);
	assert_int_equal(secret_set(&ik, ue_isim.ik, sizeof(ue_isim.ik)), 0);
	assert_int_equal(esp_key_expand(&ik, ESP_KEY_SHA_1_96_LEN, &ik_esp), 0);
	for (unsigned i = 0; i < 4; i++)
		assert_memory_equal(network.sas[i].key, ik_esp.bytes, ik_esp.len);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_PENDING);

	answer_challenge();
	assert_status(200);
	assert_has("P-Associated-URI: ");
	assert_has("<sip:alice@home.net>");
	assert_has("<tel:+15550100>");
	assert_has_not("001010000000001");
	assert_has("Service-Route: ");
	assert_has("Path: <sip:term@pcscf.home.net:5060;lr>");
	assert_has("expires=3600");
	assert_has_not("Security-Server");
	assert_int_equal(network.answer_flow.remote.port, 40113);
	assert_in_range(network.answer_flow.local.port, 6101, 6102);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_REGISTERED);
	assert_string_equal(network_flag(UE_IMPU).scscf, "sip:scscf.home.net");
	assert_int_equal(network_flag("tel:+15550100").flag, STORE_REGISTERED);
}

static void every_hop_is_told(void **state)
{
	static const char *const order[] = {"SM1 ", "SM2 ", "UAR ", "UAA ", "SM3 ", "Cx-Put ",
		"CM1 ", "CM2 ", "SM4 ", "SM5 ", "SA add ", "SA add ", "SM6 ", "SM7 ", "SM8 ",
		"UAR ", "UAA ", "SM9 ", "SAR ", "SAA ", "SM10 ", "SM11 ", "SM12 "};
	const char *at = network.events;
	char ik[33], ck[33];

	(void)state;
	reach_challenge();
	answer_challenge();
	assert_status(200);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = strstr(at, order[i]);
		if (!at)
			fail_msg("%sis missing or too early in: %s", order[i], network.events);
		at += strlen(order[i]);
	}
	hex_encode(ue_isim.ik, 16, ik);
	hex_encode(ue_isim.ck, 16, ck);
	assert_null(strcasestr(network.details, ik));
	assert_null(strcasestr(network.details, ck));
}

static void a_retransmitted_sm1_takes_no_vector(void **state)
{
	static char first[sizeof(network.answer)];
	unsigned events;

	(void)state;
	reach_challenge();
	snprintf(first, sizeof(first), "%s", network.answer);
	events = (unsigned)strlen(network.events);
	ue_register(&(struct ue){.authorization = ue_first_authorization, .branch = ue_branch});
	assert_string_equal(network.answer, first);
	assert_int_equal(strlen(network.events), events);
	answer_challenge();
	assert_status(200);
}

static void a_second_round_is_another_challenge(void **state)
{
	char first[sizeof(ue_nonce)];
	uint64_t sqn;

	(void)state;
	reach_challenge();
	snprintf(first, sizeof(first), "%s", ue_nonce);
	sqn = ue_isim.sqn;
	reach_challenge();
	assert_string_not_equal(ue_nonce, first);
	assert_true(ue_isim.sqn > sqn);
	/* The first set gave way. */
	assert_int_equal(network.sa_count, 4);
}

static void wrong_res(void **state)
{
	(void)state;
	reach_challenge();
	ue_isim.res[0] ^= 1;
	answer_challenge();
	assert_status(403);
	assert_has_not("WWW-Authenticate");
	assert_has_not("nonce");
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_UNREGISTERED);
	assert_string_equal(network_flag(UE_IMPU).scscf, "");
	assert_int_equal(network.sa_count, 4);
	network_wait_ms(10000);
	assert_int_equal(network.sa_count, 0);
}

static void wrong_res_of_a_registered_user(void **state)
{
	(void)state;
	reach_challenge();
	answer_challenge();
	assert_status(200);
	/* Somebody tries from the same address with other ports. */
	ue_register(&(struct ue){.authorization = ue_first_authorization, .offered_port_c = 40200});
	ue_take_challenge();
	ue_isim.res[0] ^= 1;
	ue_register(&(struct ue){.authorization = ue_answer_authorization(),
		.verify = ue_server_list,
		.port_c = 40200,
		.offered_port_c = 40200});
	assert_status(403);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_REGISTERED);
	network_wait_ms(10000);
	assert_int_equal(network.sa_count, 4);
	assert_int_equal(scscf_registrations(network.roles.scscf), 1);
}

static void nobody_answers(void **state)
{
	(void)state;
	reach_challenge();
	network_wait_ms(240000);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_UNREGISTERED);
	assert_int_equal(network.sa_count, 0);
	assert_int_equal(network.roles.timers.root == NULL, 1);
}

static void a_registered_user_who_comes_bare_is_challenged(void **state)
{
	(void)state;
	reach_challenge();
	answer_challenge();
	assert_status(200);
	ue_register(&(struct ue){.authorization = ue_first_authorization, .offered_port_c = 40200});
	ue_take_challenge();
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_REGISTERED);
	assert_int_equal(network.sa_count, 8);
}

static void a_response_without_protection_is_ignored(void **state)
{
	(void)state;
	reach_challenge();
	ue_register(&(struct ue){.authorization = ue_answer_authorization()});
	assert_status(401);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_PENDING);
	assert_int_equal(scscf_registrations(network.roles.scscf), 0);
}

static void identities_that_do_not_belong_together(void **state)
{
	(void)state;
	ue_register(
		&(struct ue){.authorization = ue_first_authorization, .to = "sip:bob@home.net"});
	assert_status(403);
	ue_register(&(struct ue){.authorization = "Digest username=\"eve@home.net\",realm=\"home."
						  "net\",uri=\"sip:home.net\",ue_nonce=\"\","
						  "response=\"\""});
	assert_status(403);
	assert_int_equal(network.sa_count, 0);
	assert_int_equal(network_flag("sip:bob@home.net").flag, STORE_UNREGISTERED);
}

static void the_registration_ends_by_its_expiry(void **state)
{
	(void)state;
	reach_challenge();
	answer_challenge();
	assert_status(200);
	network_wait_ms(3599000);
	assert_int_equal(scscf_registrations(network.roles.scscf), 1);
	assert_int_equal(network.sa_count, 4);
	network_wait_ms(120000);
	assert_int_equal(scscf_registrations(network.roles.scscf), 0);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_UNREGISTERED);
	assert_int_equal(network.sa_count, 0);
	assert_null(network.roles.timers.root);
}

/* Field note 13: it never says good-bye, and comes again under another Call-ID and port. */
static void a_ue_that_begins_anew_leaves_nothing_behind(void **state)
{
	(void)state;
	trace_remove(&network.roles.trace, &network.listener);
	for (unsigned i = 0; i < 20; i++) {
		char call_id[16], port[8], contact[64];
		struct ue ue = {.authorization = ue_first_authorization,
			.call_id = call_id,
			.contact_port = port,
			.offered_port_c = (uint16_t)(41000 + i)};

		snprintf(call_id, sizeof(call_id), "call%u", i);
		snprintf(port, sizeof(port), "%u", 42000 + i);
		snprintf(contact, sizeof(contact), "Contact: <sip:alice@" NETWORK_UE ":%s>", port);
		ue_register(&ue);
		ue_take_challenge();
		ue.authorization = ue_answer_authorization();
		ue.verify = ue_server_list;
		ue.port_c = ue.offered_port_c;
		ue_register(&ue);
		assert_status(200);
		assert_has(contact);
		assert_null(strstr(strstr(network.answer, "Contact:") + 1, "Contact:"));
	}
	assert_int_equal(scscf_registrations(network.roles.scscf), 1);
	network_wait_ms(10000);
	assert_int_equal(network.sa_count, 4);
}

static void deregistration(void **state)
{
	(void)state;
	reach_challenge();
	answer_challenge();
	assert_status(200);
	clear_trace();
	ue_register(&(struct ue){.authorization = ue_first_authorization,
		.verify = ue_server_list,
		.port_c = UE_PORT_C,
		.contact_expires = "0"});
	assert_status(200);
	assert_int_equal(network.answer_flow.remote.port, 40113);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_UNREGISTERED);
	assert_int_equal(network.sa_count, 4);
	network_wait_ms(10000);
	assert_int_equal(network.sa_count, 0);
	assert_int_equal(scscf_registrations(network.roles.scscf), 0);
}

#define CASE(name, function)                                      \
	{                                                         \
		name, function, network_open, network_close, NULL \
	}

/* Via, received, Contact and the SAs' addresses, all of the other family; de-registered with the
 * same URI written in another form (RFC 5952 is a recommendation). */
static void over_ipv6(void **state)
{
	(void)state;
	reach_challenge();
	assert_has("Via: SIP/2.0/UDP [" NETWORK_UE_IPV6 "]:5060;");
	assert_has(";received=" NETWORK_UE_IPV6);
	assert_int_equal(network.sa_count, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(network.sas[i].local.family, NET_IPV6);
		assert_int_equal(network.sas[i].remote.family, NET_IPV6);
	}
	answer_challenge();
	assert_status(200);
	assert_has("Contact: <sip:alice@[" NETWORK_UE_IPV6 "]:40113>");
	assert_int_equal(network.answer_flow.remote.port, 40113);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_REGISTERED);
	network.ue_host = "[2001:DB8:198:51:0:0:0:23]";
	ue_register(&(struct ue){.authorization = ue_first_authorization,
		.verify = ue_server_list,
		.port_c = UE_PORT_C,
		.contact_expires = "0"});
	assert_status(200);
	network_wait_ms(10000);
	assert_int_equal(network.sa_count, 0);
	assert_int_equal(network_flag(UE_IMPU).flag, STORE_UNREGISTERED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("A-SM1…12 REG-7 FLAG-1 FLAG-2 INT-4 INT-5 success", success),
		CASE("A-SM1…3 A-SM4…6 A-SM7…9 A-SM10…12 every hop is told, no key",
			every_hop_is_told),
		CASE("AKA-5 a retransmitted SM1 takes no vector",
			a_retransmitted_sm1_takes_no_vector),
		CASE("AKA-4 AKA-5 a second round is another challenge",
			a_second_round_is_another_challenge),
		CASE("E-2 FLAG-3 wrong RES", wrong_res),
		CASE("REG-9 FLAG-3 wrong RES of a registered user", wrong_res_of_a_registered_user),
		CASE("F-1 FLAG-3 nobody answers", nobody_answers),
		CASE("REG-1 REG-2 a registered user who comes bare is challenged",
			a_registered_user_who_comes_bare_is_challenged),
		CASE("P-IPI a response without protection is ignored",
			a_response_without_protection_is_ignored),
		CASE("REG-6 identities that do not belong together",
			identities_that_do_not_belong_together),
		CASE("REG-8 the registration ends by its expiry",
			the_registration_ends_by_its_expiry),
		CASE("P-REREG INT-7 a UE that begins anew leaves nothing behind",
			a_ue_that_begins_anew_leaves_nothing_behind),
		CASE("P-ERR de-registration", deregistration),
		{"P-24229 P-BIND over IPv6", over_ipv6, network_open_ipv6, network_close, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
