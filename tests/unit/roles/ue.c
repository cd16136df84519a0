/* SPDX-License-Identifier: BSD-3-Clause */
#include "ue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "aka_digest.h"
#include "hex.h"
#include "network.h"

unsigned ue_branch;
char ue_nonce[AKA_NONCE_TEXT + 1], ue_server_list[2048];
struct isim_answer ue_isim;

/* One header's value of the last answer. */
static const char *value_of(const char *name, char *out, size_t size)
{
	const char *at = strstr(network.answer, name);

	assert_non_null(at);
	at += strlen(name) + 2;
	snprintf(out, size, "%.*s", (int)strcspn(at, "\r"), at);
	return out;
}

void ue_register(const struct ue *ue)
{
	const char *to = ue->to ? ue->to : UE_IMPU;
	uint16_t offered = ue->offered_port_c ? ue->offered_port_c : UE_PORT_C;
	unsigned number = ue->branch ? ue->branch : ++ue_branch;
	char text[8192], client_list[512], verify[2048] = "";

	snprintf(client_list, sizeof(client_list),
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=2718281828;spi-s=3141592653;port-c=%u;port-s="
		"40113",
		offered);
	if (ue->verify)
		snprintf(verify, sizeof(verify), "Security-Verify: %s\r\n", ue->verify);
	snprintf(text, sizeof(text),
		"REGISTER sip:home.net SIP/2.0\r\n"
		"Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK%u;rport\r\n"
		"Max-Forwards: 70\r\nFrom: <%s>;tag=1\r\nTo: <%s>\r\nCall-ID: %s\r\n"
		"CSeq: %u REGISTER\r\nContact: <sip:alice@%s:%s>;expires=%s\r\n"
		"Authorization: %s\r\nSecurity-Client: %s\r\n%s"
		"Require: sec-agree\r\nProxy-Require: sec-agree\r\nSupported: path\r\n"
		"Content-Length: 0\r\n\r\n",
		network.ue_host, ue->port_c ? 40113 : 5060, number, to, to,
		ue->call_id ? ue->call_id : "c", number, network.ue_host,
		ue->contact_port ? ue->contact_port : "40113",
		ue->contact_expires ? ue->contact_expires : "3600", ue->authorization, client_list,
		verify);
	network_send(text, ue->port_c ? ue->port_c : 5060, ue->port_c ? 6100 : 5060);
}

const char ue_first_authorization[] =
	"Digest username=\"alice@home.net\",realm=\"home.net\",uri=\"sip:home.net\",nonce=\"\","
	"response=\"\"";

static struct milenage open_isim(void)
{
	struct milenage milenage;
	uint8_t k[16], op[16], opc[16];

	assert_int_equal(hex_decode("0396eb317b6d1c36f19c1c84cd6ffd16", 32, k, 16), 0);
	assert_int_equal(hex_decode("ff53bade17df5d4e793073ce9d7579fa", 32, op, 16), 0);
	milenage_derive_opc(network.aes, k, op, opc);
	milenage_open(&milenage, network.aes, k, opc);
	return milenage;
}

bool ue_read_challenge(void)
{
	struct milenage milenage = open_isim();
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN];
	char row[1024];
	const char *at;
	bool accepted;

	value_of("WWW-Authenticate", row, sizeof(row));
	at = strstr(row, "nonce=\"");
	assert_non_null(at);
	snprintf(ue_nonce, sizeof(ue_nonce), "%.*s", AKA_NONCE_TEXT, at + 7);
	assert_int_equal(aka_nonce_parse(ue_nonce, strlen(ue_nonce), rand, autn), 0);
	accepted = isim_answer_challenge(&milenage, rand, autn, &ue_isim) == 0;
	milenage_close(&milenage);
	value_of("Security-Server", ue_server_list, sizeof(ue_server_list));
	return accepted;
}

void ue_take_challenge(void)
{
	assert_int_equal(strncmp(network.answer, "SIP/2.0 401 ", 12), 0);
	assert_true(ue_read_challenge());
}

static struct aka_text text_of(const char *text)
{
	return (struct aka_text){.at = text, .len = strlen(text)};
}

const char *ue_answer_authorization(void)
{
	static char row[1024];
	const struct aka_digest digest = {.username = text_of("alice@home.net"),
		.realm = text_of("home.net"),
		.uri = text_of("sip:home.net"),
		.nonce = text_of(ue_nonce),
		.method = text_of("REGISTER"),
		.qop = AKA_QOP_AUTH,
		.nc = text_of("00000001"),
		.cnonce = text_of("7f3a9c21")};
	char response[AKA_DIGEST_LEN + 1];

	aka_digest_response(&digest, ue_isim.res, sizeof(ue_isim.res), response);
	snprintf(row, sizeof(row),
		"Digest username=\"alice@home.net\",realm=\"home.net\",uri=\"sip:home.net\","
		"nonce=\"%s\",algorithm=AKAv1-MD5,qop=auth,nc=00000001,cnonce=\"7f3a9c21\","
		"response=\"%s\"",
		ue_nonce, response);
	return row;
}

const char *ue_mac_failure_authorization(void)
{
	static char row[512];

	snprintf(row, sizeof(row),
		"Digest username=\"alice@home.net\",realm=\"home.net\",uri=\"sip:home.net\","
		"nonce=\"%s\",algorithm=AKAv1-MD5,response=\"\"",
		ue_nonce);
	return row;
}

const char *ue_sync_failure_authorization(uint64_t sqn_ms, bool sound)
{
	static char row[1024];
	struct milenage milenage = open_isim();
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN], auts[AKA_AUTS_LEN];
	char base64[AKA_AUTS_TEXT + 1];

	assert_int_equal(aka_nonce_parse(ue_nonce, strlen(ue_nonce), rand, autn), 0);
	isim_make_auts(&milenage, rand, sqn_ms, auts);
	milenage_close(&milenage);
	auts[AKA_AUTS_LEN - 1] ^= !sound;
	aka_auts_print(auts, base64);
	snprintf(row, sizeof(row), "%s,auts=\"%s\"", ue_mac_failure_authorization(), base64);
	return row;
}

void ue_reach_registration(void)
{
	ue_register(&(struct ue){.authorization = ue_first_authorization});
	ue_take_challenge();
	ue_register(&(struct ue){.authorization = ue_answer_authorization(),
		.verify = ue_server_list,
		.port_c = UE_PORT_C});
	assert_int_equal(strncmp(network.answer, "SIP/2.0 200 ", 12), 0);
	assert_int_equal(network.sa_count, 4);
}
