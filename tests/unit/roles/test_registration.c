/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole registrations through all roles: octets in, octets out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "aka_digest.h"
#include "aka_nonce.h"
#include "esp_key.h"
#include "hex.h"
#include "isim.h"
#include "network.h"
#include "store_registration.h"

#define PORT_UC 40112
#define IMPU    "sip:alice@home.net"

static unsigned branch;
static char client_list[512];

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

/* One header's value of the last answer. */
static const char *value_of(const char *name, char *out, size_t size)
{
	const char *at = strstr(network.answer, name);

	assert_non_null(at);
	at += strlen(name) + 2;
	snprintf(out, size, "%.*s", (int)strcspn(at, "\r"), at);
	return out;
}

struct ue {
	const char *call_id;      /* "c" */
	const char *contact_port; /* "40113" */
	const char *authorization, *verify, *to, *contact_expires;
	uint16_t port_c; /* 0: bare */
	uint16_t offered_port_c;
	unsigned branch; /* 0: a new one */
};

static void ue_register(const struct ue *ue)
{
	const char *to = ue->to ? ue->to : IMPU;
	uint16_t offered = ue->offered_port_c ? ue->offered_port_c : PORT_UC;
	unsigned number = ue->branch ? ue->branch : ++branch;
	char text[8192], verify[2048] = "";

	snprintf(client_list, sizeof(client_list),
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=2718281828;spi-s=3141592653;port-c=%u;port-s="
		"40113",
		offered);
	if (ue->verify)
		snprintf(verify, sizeof(verify), "Security-Verify: %s\r\n", ue->verify);
	snprintf(text, sizeof(text),
		"REGISTER sip:home.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP " NETWORK_UE ":%u;branch=z9hG4bK%u;rport\r\n"
		"Max-Forwards: 70\r\nFrom: <%s>;tag=1\r\nTo: <%s>\r\nCall-ID: %s\r\n"
		"CSeq: %u REGISTER\r\nContact: <sip:alice@" NETWORK_UE ":%s>;expires=%s\r\n"
		"Authorization: %s\r\nSecurity-Client: %s\r\n%s"
		"Require: sec-agree\r\nProxy-Require: sec-agree\r\nSupported: path\r\n"
		"Content-Length: 0\r\n\r\n",
		ue->port_c ? 40113 : 5060, number, to, to, ue->call_id ? ue->call_id : "c", number,
		ue->contact_port ? ue->contact_port : "40113",
		ue->contact_expires ? ue->contact_expires : "3600", ue->authorization, client_list,
		verify);
	network_send(text, ue->port_c ? ue->port_c : 5060, ue->port_c ? 6100 : 5060);
}

static const char first_authorization[] =
	"Digest username=\"alice@home.net\",realm=\"home.net\",uri=\"sip:home.net\",nonce=\"\","
	"response=\"\"";

static char nonce[AKA_NONCE_TEXT + 1], server_list[2048];
static struct isim_answer isim;

/* What SM6 brought: the challenge, answered by the ISIM. */
static void take_challenge(void)
{
	struct milenage milenage;
	uint8_t k[16], op[16], opc[16], rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN];
	char row[1024];
	const char *at;

	assert_status(401);
	value_of("WWW-Authenticate", row, sizeof(row));
	at = strstr(row, "nonce=\"");
	assert_non_null(at);
	snprintf(nonce, sizeof(nonce), "%.*s", AKA_NONCE_TEXT, at + 7);
	assert_int_equal(aka_nonce_parse(nonce, strlen(nonce), rand, autn), 0);
	assert_int_equal(hex_decode("0396eb317b6d1c36f19c1c84cd6ffd16", 32, k, 16), 0);
	assert_int_equal(hex_decode("ff53bade17df5d4e793073ce9d7579fa", 32, op, 16), 0);
	milenage_derive_opc(network.aes, k, op, opc);
	milenage_open(&milenage, network.aes, k, opc);
	assert_int_equal(isim_answer_challenge(&milenage, rand, autn, &isim), 0);
	milenage_close(&milenage);
	value_of("Security-Server", server_list, sizeof(server_list));
}

static struct aka_text text_of(const char *text)
{
	return (struct aka_text){.at = text, .len = strlen(text)};
}

static const char *answer_authorization(void)
{
	static char row[1024];
	const struct aka_digest digest = {.username = text_of("alice@home.net"),
		.realm = text_of("home.net"),
		.uri = text_of("sip:home.net"),
		.nonce = text_of(nonce),
		.method = text_of("REGISTER"),
		.qop = AKA_QOP_AUTH,
		.nc = text_of("00000001"),
		.cnonce = text_of("7f3a9c21")};
	char response[AKA_DIGEST_LEN + 1];

	aka_digest_response(&digest, isim.res, sizeof(isim.res), response);
	snprintf(row, sizeof(row),
		"Digest username=\"alice@home.net\",realm=\"home.net\",uri=\"sip:home.net\","
		"nonce=\"%s\",algorithm=AKAv1-MD5,qop=auth,nc=00000001,cnonce=\"7f3a9c21\","
		"response=\"%s\"",
		nonce, response);
	return row;
}

static void reach_challenge(void)
{
	ue_register(&(struct ue){.authorization = first_authorization});
	take_challenge();
}

static void answer_challenge(void)
{
	ue_register(&(struct ue){
		.authorization = answer_authorization(), .verify = server_list, .port_c = PORT_UC});
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
	assert_int_equal(secret_set(&ik, isim.ik, sizeof(isim.ik)), 0);
	assert_int_equal(esp_key_expand(&ik, ESP_KEY_SHA_1_96_LEN, &ik_esp), 0);
	for (unsigned i = 0; i < 4; i++)
		assert_memory_equal(network.sas[i].key, ik_esp.bytes, ik_esp.len);
	assert_int_equal(network_flag(IMPU).flag, STORE_PENDING);

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
	assert_int_equal(network_flag(IMPU).flag, STORE_REGISTERED);
	assert_string_equal(network_flag(IMPU).scscf, "sip:scscf.home.net");
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
	hex_encode(isim.ik, 16, ik);
	hex_encode(isim.ck, 16, ck);
	assert_null(strcasestr(network.details, ik));
	assert_null(strcasestr(network.details, ck));
}

static void a_retransmitted_sm1_takes_no_vector(void **state)
{
	char first[8192];
	unsigned events;

	(void)state;
	reach_challenge();
	snprintf(first, sizeof(first), "%s", network.answer);
	events = (unsigned)strlen(network.events);
	ue_register(&(struct ue){.authorization = first_authorization, .branch = branch});
	assert_string_equal(network.answer, first);
	assert_int_equal(strlen(network.events), events);
	answer_challenge();
	assert_status(200);
}

static void a_second_round_is_another_challenge(void **state)
{
	char first[sizeof(nonce)];
	uint64_t sqn;

	(void)state;
	reach_challenge();
	snprintf(first, sizeof(first), "%s", nonce);
	sqn = isim.sqn;
	reach_challenge();
	assert_string_not_equal(nonce, first);
	assert_true(isim.sqn > sqn);
	/* The first set gave way. */
	assert_int_equal(network.sa_count, 4);
}

static void wrong_res(void **state)
{
	(void)state;
	reach_challenge();
	isim.res[0] ^= 1;
	answer_challenge();
	assert_status(403);
	assert_has_not("WWW-Authenticate");
	assert_has_not("nonce");
	assert_int_equal(network_flag(IMPU).flag, STORE_UNREGISTERED);
	assert_string_equal(network_flag(IMPU).scscf, "");
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
	ue_register(&(struct ue){.authorization = first_authorization, .offered_port_c = 40200});
	take_challenge();
	isim.res[0] ^= 1;
	ue_register(&(struct ue){.authorization = answer_authorization(),
		.verify = server_list,
		.port_c = 40200,
		.offered_port_c = 40200});
	assert_status(403);
	assert_int_equal(network_flag(IMPU).flag, STORE_REGISTERED);
	network_wait_ms(10000);
	assert_int_equal(network.sa_count, 4);
	assert_int_equal(scscf_registrations(network.roles.scscf), 1);
}

static void nobody_answers(void **state)
{
	(void)state;
	reach_challenge();
	network_wait_ms(240000);
	assert_int_equal(network_flag(IMPU).flag, STORE_UNREGISTERED);
	assert_int_equal(network.sa_count, 0);
	assert_int_equal(network.roles.timers.root == NULL, 1);
}

static void a_registered_user_who_comes_bare_is_challenged(void **state)
{
	(void)state;
	reach_challenge();
	answer_challenge();
	assert_status(200);
	ue_register(&(struct ue){.authorization = first_authorization, .offered_port_c = 40200});
	take_challenge();
	assert_int_equal(network_flag(IMPU).flag, STORE_REGISTERED);
	assert_int_equal(network.sa_count, 8);
}

static void a_response_without_protection_is_ignored(void **state)
{
	(void)state;
	reach_challenge();
	ue_register(&(struct ue){.authorization = answer_authorization()});
	assert_status(401);
	assert_int_equal(network_flag(IMPU).flag, STORE_PENDING);
	assert_int_equal(scscf_registrations(network.roles.scscf), 0);
}

static void identities_that_do_not_belong_together(void **state)
{
	(void)state;
	ue_register(&(struct ue){.authorization = first_authorization, .to = "sip:bob@home.net"});
	assert_status(403);
	ue_register(&(struct ue){.authorization = "Digest username=\"eve@home.net\",realm=\"home."
						  "net\",uri=\"sip:home.net\",nonce=\"\","
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
	assert_int_equal(network_flag(IMPU).flag, STORE_UNREGISTERED);
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
		struct ue ue = {.authorization = first_authorization,
			.call_id = call_id,
			.contact_port = port,
			.offered_port_c = (uint16_t)(41000 + i)};

		snprintf(call_id, sizeof(call_id), "call%u", i);
		snprintf(port, sizeof(port), "%u", 42000 + i);
		snprintf(contact, sizeof(contact), "Contact: <sip:alice@" NETWORK_UE ":%s>", port);
		ue_register(&ue);
		take_challenge();
		ue.authorization = answer_authorization();
		ue.verify = server_list;
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
	ue_register(&(struct ue){.authorization = first_authorization,
		.verify = server_list,
		.port_c = PORT_UC,
		.contact_expires = "0"});
	assert_status(200);
	assert_int_equal(network.answer_flow.remote.port, 40113);
	assert_int_equal(network_flag(IMPU).flag, STORE_UNREGISTERED);
	assert_int_equal(network.sa_count, 4);
	network_wait_ms(10000);
	assert_int_equal(network.sa_count, 0);
	assert_int_equal(scscf_registrations(network.roles.scscf), 0);
}

#define CASE(name, function)                                      \
	{                                                         \
		name, function, network_open, network_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("A-SM1…12 REG-7 FLAG-1 FLAG-2 INT-4 INT-5 success", success),
		CASE("A-SM1…12 every hop is told, no key", every_hop_is_told),
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
		CASE("P-REREG a UE that begins anew leaves nothing behind",
			a_ue_that_begins_anew_leaves_nothing_behind),
		CASE("P-ERR de-registration", deregistration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
