/* SPDX-License-Identifier: BSD-3-Clause */
/* What reaches the P-CSCF unprotected, and what goes on to the home network. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static void sm2_carries_what_the_home_needs(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){.require = "path, sec-agree",
		.more = "Proxy-Require: sec-agree\r\nRoute: "
			"<sip:203.0.113.9:5060;lr>\r\n"});
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_assert_has(bench.forwarded_text, "Path: <sip:term@pcscf.visited.net:5060;lr>\r\n");
	bench_assert_has(bench.forwarded_text, "P-Visited-Network-ID: \"visited.net\"\r\n");
	bench_assert_has(bench.forwarded_text, "Require: path\r\n");
	bench_assert_has(bench.forwarded_text, "Max-Forwards: 69\r\n");
	bench_assert_has(
		bench.forwarded_text, "Via: SIP/2.0/UDP pcscf.visited.net:5060;branch=z9hG4bK");
	bench_assert_has_not(bench.forwarded_text, "sec-agree");
	bench_assert_has_not(bench.forwarded_text, "Security-");
	bench_assert_has_not(bench.forwarded_text, "Route:");
	assert_string_equal(bench.events, "SM1 SM2 ");
}

/* Whatever the UE says of itself about protection, or smuggles in as keys, goes. */

static void what_the_ue_supplies_is_removed(void **state)
{
	static const char *const smuggled[] = {
		"integrity-protected=\"yes\"",
		"integrity-protected=yes",
		"INTEGRITY-PROTECTED=\"yes\"",
		"Integrity-Protected = \"yes\"",
		"ik=\"00\"",
		"CK=00",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(smuggled) / sizeof(smuggled[0]); i++) {
		for (unsigned first = 0; first < 2; first++) {
			char row[512];

			snprintf(row, sizeof(row),
				first ? "Digest %s,username=\"" BENCH_IMPI
					"\",nonce=\"\",response=\"\""
				      : "Digest username=\"" BENCH_IMPI
					"\",nonce=\"\",response=\"\", %s",
				smuggled[i]);
			bench_ue(&(struct bench_register){.authorization = row});
			bench_assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
			bench_assert_has_not(bench.forwarded_text, "yes");
			bench_assert_has_not(bench.forwarded_text, "ik=");
			bench_assert_has_not(bench.forwarded_text, "ck=");
			bench_home(403, "");
		}
	}
}

/* Who is charged, who is asserted, where the way goes: the UE's word is not passed on. */
static void what_only_the_network_writes_is_removed(void **state)
{
	static const char *const names[] = {"Route", "Path", "P-Visited-Network-ID",
		"p-asserted-identity", "P-Charging-Vector", "P-CHARGING-FUNCTION-ADDRESSES"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char rows[256];

		snprintf(
			rows, sizeof(rows), "%s: forged-1\r\n%s: forged-2\r\n", names[i], names[i]);
		bench_ue(&(struct bench_register){.more = rows});
		assert_non_null(bench.forwarded);
		bench_assert_has_not(bench.forwarded_text, "forged");
		bench_home(403, "");
	}
}

static void own_order_chooses_the_algorithm(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){
		.client =
			"ipsec-3gpp;alg=hmac-md5-96;spi-c=1001;spi-s=1002;port-c=7000;port-s=7001,"
			"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1003;spi-s=1004;port-c=7000;port-s="
			"7001"});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.sas[0].algorithm, SA_HMAC_SHA_1_96);
	assert_int_equal(bench.sas[1].spi, 1003);
	bench_assert_has(
		bench.server_list, "ipsec-3gpp;q=0.9;alg=hmac-sha-1-96;prot=esp;mod=trans;");
	bench_assert_has(bench.server_list, "ipsec-3gpp;q=0.8;alg=hmac-md5-96;");
	bench_assert_has_not(bench.server_list, "ealg");
}

/* An entry of Security-Client that is right but for one thing. */

#define OFFER(alg_and_more, spi_c, spi_s, port_c)                                        \
	"ipsec-3gpp;alg=" alg_and_more ";spi-c=" spi_c ";spi-s=" spi_s ";port-c=" port_c \
	";port-s=7001"

static void no_overlap_is_494_with_the_list(void **state)
{
	static const char *const offers[] = {
		OFFER("hmac-sha-256-128", "1001", "1002", "7000"),
		"tls",
		OFFER("hmac-md5-96;ealg=aes-cbc", "1001", "1002", "7000"),
		OFFER("hmac-md5-96;mod=tun", "1001", "1002", "7000"),
		OFFER("hmac-md5-96;prot=ah", "1001", "1002", "7000"),
		/* reserved SPIs, one SPI for both, a port that is never protected */
		OFFER("hmac-md5-96", "255", "1002", "7000"),
		OFFER("hmac-md5-96", "1001", "0", "7000"),
		OFFER("hmac-md5-96", "1002", "1002", "7000"),
		OFFER("hmac-md5-96", "1001", "1002", "5060"),
		OFFER("hmac-md5-96", "1001", "1002", "5061"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++) {
		bench_ue(&(struct bench_register){.client = offers[i]});
		assert_int_equal(bench.status, 494);
		bench_assert_has(
			bench.answer_text, "Security-Server: ipsec-3gpp;q=0.9;alg=hmac-sha-1-96");
		assert_null(bench.forwarded);
	}
	/* The same without the fault. */
	bench_ue(&(struct bench_register){.client = OFFER("hmac-md5-96", "1001", "1002", "7000")});
	assert_non_null(bench.forwarded);
}

static void without_sec_agree_is_421(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){.client = ""});
	assert_int_equal(bench.status, 421);
	bench_assert_has(bench.answer_text, "Require: sec-agree\r\n");
	bench_ue(&(struct bench_register){.require = ""});
	assert_int_equal(bench.status, 421);
	assert_null(bench.forwarded);
}

static void unprotected_only_register_is_taken(void **state)
{
	static const char *const methods[] = {"INVITE", "OPTIONS", "MESSAGE", "SUBSCRIBE", "FOO"};

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		bench_ue(&(struct bench_register){.method = methods[i]});
		assert_int_equal(bench.status, 403);
		assert_null(bench.forwarded);
	}
}

static void without_credentials_the_impu_names_the_impi(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){.authorization = ""});
	bench_assert_has(bench.forwarded_text,
		"Authorization: Digest username=\"alice@home.net\",realm=\"home.net\",nonce=\"\","
		"uri=\"sip:home.net\",response=\"\",integrity-protected=\"no\"\r\n");
	/* The name is claimed, no more than by a UE that says it: a challenge follows. */
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
}

static void supported_alone_knows_sec_agree(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){.require = "", .more = "Supported: path, Sec-Agree\r\n"});
	assert_non_null(bench.forwarded);
}

static void what_can_not_be_read_is_refused(void **state)
{
	static const struct {
		struct bench_register message;
		unsigned status;
	} cases[] = {
		{{.authorization = "Basic abc"}, 400},
		{{.authorization = "Digest nonce=\"\""}, 400},
		{{.authorization = "Digest username=\"a@h.n\",username=\"b@h.n\""}, 400},
		{{.more = "Authorization: Digest username=\"b@h.n\"\r\n"}, 400},
		{{.client = "ipsec-3gpp;alg=hmac-md5-96;spi-c=4294967296;spi-s=1;port-c=1;port-s="
			    "2"},
			400},
		{{.client = "ipsec-3gpp;spi-c=1001;spi-s=1002;port-c=7000;port-s=7001"}, 400},
		{{.more = "Proxy-Require: sec-agree, privacy\r\n"}, 420},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bench_ue(&cases[i].message);
		assert_int_equal(bench.status, cases[i].status);
		assert_null(bench.forwarded);
	}
	bench_assert_has(bench.answer_text, "Unsupported: privacy\r\n");
	assert_int_equal(bench_sets(), 0);
}

static void nobody_is_registered_without_protection(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home_accepts(600);
	assert_int_equal(bench.status, 500);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("A-SM2 carries what the home needs", sm2_carries_what_the_home_needs),
		CASE("IPI-3 what the UE supplies is removed", what_the_ue_supplies_is_removed),
		CASE("A-SM2 what only the network writes is removed",
			what_only_the_network_writes_is_removed),
		CASE("INT-1 P-SEC own order chooses", own_order_chooses_the_algorithm),
		CASE("INT-1 CONF-1 no overlap is 494", no_overlap_is_494_with_the_list),
		CASE("P-SEC without sec-agree is 421", without_sec_agree_is_421),
		CASE("P-SEC Supported: sec-agree is enough", supported_alone_knows_sec_agree),
		CASE("A-SM1 without credentials the IMPU names the IMPI",
			without_credentials_the_impu_names_the_impi),
		CASE("P-PORT unprotected only REGISTER", unprotected_only_register_is_taken),
		CASE("A-SM1 what can not be read is refused", what_can_not_be_read_is_refused),
		CASE("REG-1 nobody is registered without protection",
			nobody_is_registered_without_protection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
