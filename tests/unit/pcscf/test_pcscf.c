/* SPDX-License-Identifier: BSD-3-Clause */
/* The P-CSCF's part of a registration, rule by rule. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
	if (strcasestr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static void assert_flow(const char *remote, uint16_t local_port, uint16_t remote_port)
{
	char text[NET_TEXT_MAX];

	assert_string_equal(net_address_print(&bench.answer_flow.remote.address, text), remote);
	assert_int_equal(bench.answer_flow.local.port, local_port);
	assert_int_equal(bench.answer_flow.remote.port, remote_port);
}

static void sm2_carries_what_the_home_needs(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){.require = "path, sec-agree",
		.more = "Proxy-Require: sec-agree\r\nRoute: "
			"<sip:203.0.113.9:5060;lr>\r\n"});
	assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	assert_has(bench.forwarded_text, "Path: <sip:term@pcscf.visited.net:5060;lr>\r\n");
	assert_has(bench.forwarded_text, "P-Visited-Network-ID: \"visited.net\"\r\n");
	assert_has(bench.forwarded_text, "Require: path\r\n");
	assert_has(bench.forwarded_text, "Max-Forwards: 69\r\n");
	assert_has(bench.forwarded_text, "Via: SIP/2.0/UDP pcscf.visited.net:5060;branch=z9hG4bK");
	assert_has_not(bench.forwarded_text, "sec-agree");
	assert_has_not(bench.forwarded_text, "Security-");
	assert_has_not(bench.forwarded_text, "Route:");
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
			assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
			assert_has_not(bench.forwarded_text, "yes");
			assert_has_not(bench.forwarded_text, "ik=");
			assert_has_not(bench.forwarded_text, "ck=");
			bench_home(403, "");
		}
	}
}

static void the_challenge_waits_for_the_set(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	assert_int_equal(bench.answers, 0);
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench.answer_flow.remote.address.family, NET_NONE);
	assert_int_equal(bench.sa_count, 4);
	assert_string_equal(bench.events, "SM1 SM2 SA add SA add SM6 ");
}

static void four_sas_with_two_pairs_of_ports(void **state)
{
	static const struct {
		uint8_t direction;
		uint16_t local, remote;
	} expected[] = {{SA_INBOUND, 6100, 40112}, {SA_OUTBOUND, 6100, 40112},
		{SA_INBOUND, 0, 40113}, {SA_OUTBOUND, 0, 40113}};
	uint8_t key[SA_KEY_MAX] = {0};

	(void)state;
	bench_reach_challenge();
	for (uint8_t i = 0; i < 16; i++)
		key[i] = i;
	assert_int_equal(bench.sa_count, 4);
	for (unsigned i = 0; i < 4; i++) {
		const struct sa_parameters *sa = &bench.sas[i];

		assert_null(sa_parameters_check(sa));
		assert_int_equal(sa->direction, expected[i].direction);
		assert_int_equal(sa->port_pairs, 1);
		assert_int_equal(sa->ports[0].remote, expected[i].remote);
		if (expected[i].local)
			assert_int_equal(sa->ports[0].local, expected[i].local);
		else
			assert_in_range(sa->ports[0].local, 6101, 6103);
		assert_int_equal(sa->algorithm, SA_HMAC_SHA_1_96);
		assert_int_equal(sa->transports, SA_TRANSPORT_TCP | SA_TRANSPORT_UDP);
		assert_int_equal(sa->replay_window, sa->direction == SA_INBOUND ? 64 : 0);
		/* P-KEY: IK followed by 32 zero bits, one key for all. */
		assert_memory_equal(sa->key, key, SA_KEY_MAX);
	}
	assert_int_equal(bench.sas[1].spi, 2718281828u);
	assert_int_equal(bench.sas[3].spi, 3141592653u);
}

static void one_pair_carries_both_pairs_of_ports(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){
		.client = "ipsec-3gpp;alg=hmac-md5-96;spi=777777;port1=5070;port2=5071"});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_equal(bench.sa_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct sa_parameters *sa = &bench.sas[i];

		assert_null(sa_parameters_check(sa));
		assert_int_equal(sa->port_pairs, 2);
		assert_int_equal(sa->ports[0].local, 6100);
		assert_int_equal(sa->ports[0].remote, 5071);
		assert_int_equal(sa->ports[1].remote, 5070);
		assert_int_equal(sa->algorithm, SA_HMAC_MD5_96);
	}
	assert_int_equal(bench.sas[1].spi, 777777);
	assert_has(bench.server_list, ";port1=6100;port2=610");
	assert_has_not(bench.server_list, "spi-c");
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
	assert_has(bench.server_list, "ipsec-3gpp;q=0.9;alg=hmac-sha-1-96;prot=esp;mod=trans;");
	assert_has(bench.server_list, "ipsec-3gpp;q=0.8;alg=hmac-md5-96;");
	assert_has_not(bench.server_list, "ealg");
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
		assert_has(
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
	assert_has(bench.answer_text, "Require: sec-agree\r\n");
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

static void what_can_not_be_read_is_refused(void **state)
{
	static const struct {
		struct bench_register message;
		unsigned status;
	} cases[] = {
		{{.authorization = ""}, 400},
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
	assert_has(bench.answer_text, "Unsupported: privacy\r\n");
	assert_int_equal(bench_sets(), 0);
}

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
		assert_has_not(bench.answer_text, "0c0d0e0f");
		assert_has_not(bench.answer_text, "fcfdfeff");
		assert_has_not(bench.answer_text, "ck=");
		assert_has(bench.answer_text, "nonce=\"n\"");
		assert_int_equal(bench.sas[bench.sa_count - 1].key[15], 15);
		assert_has_not(bench.details, "0c0d0e0f");
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
		assert_has_not(bench.answer_text, "WWW-Authenticate");
		assert_has_not(bench.answer_text, "0c0d0e0f");
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
	assert_has_not(bench.answer_text, "ik=");
	assert_has_not(bench.answer_text, "ck=");
}

static void a_set_that_the_data_plane_refuses_leaves_nothing(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	bench_worker(-ENOSPC);
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench_sets(), 0);

	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	bench_worker(-EEXIST);
	assert_int_equal(bench.status, 403);
	assert_int_equal(bench_sets(), 0);
}

static void a_set_that_is_refused_in_part_leaves_nothing(void **state)
{
	(void)state;
	for (unsigned good = 1; good < 4; good++) {
		bench.deleted = 0;
		bench_ue(&(struct bench_register){0});
		bench_home_challenges();
		bench.good_first = good;
		bench_worker(-ENOSPC);
		assert_int_equal(bench.status, 503);
		assert_int_equal(bench_sets(), 0);
		assert_int_equal(bench.deleted, good);
	}
}

/* Both passed the check of SM1 before either had a set. */
static void of_two_that_race_for_a_port_one_gets_it(void **state)
{
	struct sip_message *first;
	struct sip_reply_to first_reply;

	(void)state;
	bench_ue(&(struct bench_register){0});
	first = bench.forwarded;
	first_reply = bench.home_reply;
	bench.forwarded = NULL;
	bench_ue(&(struct bench_register){
		.authorization = "Digest username=\"mallory@home.net\",nonce=\"\",response=\"\""});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	bench.forwarded = first;
	bench.home_reply = first_reply;
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 403);
	assert_int_equal(bench.sa_count, 4);
	assert_int_equal(bench_sets(), 1);
}

static void a_lost_acknowledgement_leaves_nothing(void **state)
{
	(void)state;
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	bench.now_ms += 1999;
	timer_queue_run(&bench.timers);
	assert_int_equal(bench.answers, 0);
	bench.now_ms += 1;
	timer_queue_run(&bench.timers);
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench_sets(), 0);
	/* They come late: live in the data plane, known to nobody. They are deleted. */
	bench_worker(0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

static void a_full_ring_leaves_nothing(void **state)
{
	struct sa_command filler[62] = {0};

	(void)state;
	for (unsigned i = 0; i < 62; i++)
		filler[i].type = SA_COMMAND_DELETE;
	assert_true(sa_channel_send_commands(bench.channel, 0, filler, 62));
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench_sets(), 0);
	bench_worker(0);
	bench_reach_challenge();
}

static void spis_are_unlike_those_of_sm1_and_never_come_twice(void **state)
{
	uint32_t seen[200];
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		bench.sa_count = 0;
		bench_reach_challenge();
		for (unsigned k = 0; k < 4; k += 2) {
			uint32_t spi = bench.sas[k].spi;

			assert_true(spi >= SA_SPI_MIN);
			assert_true(spi != 2718281828u && spi != 3141592653u);
			for (unsigned j = 0; j < count; j++)
				assert_int_not_equal(seen[j], spi);
			seen[count++] = spi;
		}
	}
	assert_int_equal(bench_sets(), 1);
}

static void success_confirms_the_set(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	bench.events[0] = '\0';
	bench_ue(&sm7);
	assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	/* P-USE: not back where the request came from. */
	assert_in_range(bench.answer_flow.local.port, 6101, 6103);
	assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	assert_string_equal(bench.events, "SM7 SM8 SM12 ");
	assert_has_not(bench.answer_text, "Security-Server");
	/* The registration's end and 30 s, then it goes. */
	bench_wait_ms(629999);
	assert_int_equal(bench_sets(), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

static void a_challenge_without_an_answer_leaves_nothing(void **state)
{
	(void)state;
	bench_reach_challenge();
	bench_wait_ms(239999);
	assert_int_equal(bench_sets(), 1);
	bench_wait_ms(1);
	assert_int_equal(bench_sets(), 0);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
}

static void wrong_res_ends_the_set_after_the_answer(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home(403, "");
	assert_int_equal(bench.status, 403);
	assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	assert_int_equal(bench.deleted, 0);
	/* It carries nothing new any more. */
	bench_ue(&sm7);
	assert_int_equal(bench.status, 403);
	assert_null(bench.forwarded);
	bench_wait_ms(10000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
	assert_int_equal(bench_sets(), 0);
}

struct deviation {
	const char *name;
	void (*change)(struct bench_register *sm7);
	unsigned status;
};

static void change_verify(struct bench_register *sm7)
{
	static char list[2048];
	char *q;

	snprintf(list, sizeof(list), "%s", sm7->verify);
	q = strstr(list, "q=0.9");
	assert_non_null(q);
	q[4] = '1';
	sm7->verify = list;
}

static void drop_verify(struct bench_register *sm7)
{
	sm7->verify = "";
}

static void change_client(struct bench_register *sm7)
{
	sm7->client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=2718281828;spi-s=3141592653;port-c=40112;"
		      "port-s=40113";
}

static void change_via(struct bench_register *sm7)
{
	sm7->via_host = "198.51.100.24";
}

static void change_impi(struct bench_register *sm7)
{
	sm7->authorization = "Digest username=\"mallory@home.net\",nonce=\"" BENCH_NONCE
			     "\",response=\"0123456789abcdef0123456789abcdef\"";
}

static void change_method(struct bench_register *sm7)
{
	sm7->method = "INVITE";
}

static void sm7_must_repeat_what_was_agreed(void **state)
{
	static const struct deviation cases[] = {
		{"Security-Verify changed", change_verify, 494},
		{"Security-Verify missing", drop_verify, 494},
		{"Security-Client changed", change_client, 403},
		{"Via is another host", change_via, 400},
		{"another IMPI", change_impi, 403},
		{"not a REGISTER", change_method, 403},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench_register sm7;
		char list[2048];

		bench_reach_challenge();
		sm7 = bench_sm7();
		snprintf(list, sizeof(list), "Security-Server: %s\r\n", sm7.verify);
		cases[i].change(&sm7);
		bench_ue(&sm7);
		if (bench.status != cases[i].status)
			fail_msg("%s: %u", cases[i].name, bench.status);
		assert_null(bench.forwarded);
		assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
		if (bench.status == 494)
			assert_has(bench.answer_text, list);
		bench_wait_ms(300000);
		assert_int_equal(bench_sets(), 0);
	}
}

static void integrity_is_yes_only_on_the_right_set(void **state)
{
	struct bench_register sm7, plain;

	(void)state;
	/* On the temporary set, without a response: not protected (IPI-2). */
	bench_reach_challenge();
	plain = sm7 = bench_sm7();
	plain.authorization = NULL;
	bench_ue(&plain);
	assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
	bench_wait_ms(10000);

	/* A response to another challenge than the one that made the set (IPI-1). */
	bench_reach_challenge();
	sm7 = bench_sm7();
	sm7.authorization = "Digest username=\"" BENCH_IMPI "\",nonce=\"b3RoZXI=\",response="
			    "\"0123456789abcdef0123456789abcdef\"";
	bench_ue(&sm7);
	assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
	bench_wait_ms(10000);

	/* A response without any protection. */
	sm7 = bench_sm7();
	sm7.source_port = sm7.to_port = 0;
	bench_ue(&sm7);
	assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
}

static void on_the_confirmed_set_no_response_is_protected(void **state)
{
	struct bench_register sm7, again;

	(void)state;
	bench_reach_challenge();
	again = sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	again.authorization = NULL;
	again.client =
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=40114;port-s=40113";
	bench_ue(&again);
	assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
	bench_home(403, "");
	bench_ue(&sm7); /* a response, on the old set */
	assert_has(bench.forwarded_text, "integrity-protected=\"no\"");
	bench_home(403, "");
	/* P-ERR: failed attempts take nothing away from an established set. */
	bench_wait_ms(10000);
	assert_int_equal(bench_sets(), 1);
}

static void a_new_challenge_travels_on_the_old_set_and_changes_port_pc(void **state)
{
	struct bench_register again, sm7;
	uint16_t first_port;

	(void)state;
	bench_reach_challenge();
	again = sm7 = bench_sm7();
	first_port = bench.sas[2].ports[0].local;
	bench_ue(&sm7);
	bench_home_accepts(600);
	again.authorization = NULL;
	again.client =
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=40114;port-s=40113";
	bench_ue(&again);
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_flow(BENCH_UE, first_port, BENCH_PORT_US);
	assert_int_equal(bench.sa_count, 8);
	assert_int_not_equal(bench.sas[6].ports[0].local, first_port);
	assert_int_equal(bench.sas[4].ports[0].local, 6100);
	assert_int_equal(bench_sets(), 2);

	sm7.source_port = 40114;
	sm7.client = again.client;
	sm7.verify = bench.server_list;
	bench_ue(&sm7);
	assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
	assert_flow(BENCH_UE, bench.sas[6].ports[0].local, BENCH_PORT_US);
	/* SM1 was protected: the old set still serves what is under way. */
	bench_wait_ms(10000);
	assert_int_equal(bench_sets(), 2);
	bench_wait_ms(119000);
	assert_int_equal(bench_sets(), 1);
}

static void port_pc_is_never_that_of_another_set(void **state)
{
	uint16_t first_port;

	(void)state;
	bench_reach_registration();
	first_port = bench.sas[2].ports[0].local;
	/* Others use up the rotation. */
	for (unsigned i = 0; i < 2; i++) {
		char source[32], row[128];

		snprintf(source, sizeof(source), "198.51.100.%u", 50 + i);
		snprintf(row, sizeof(row), "Digest username=\"u%u@home.net\",nonce=\"\"", i);
		bench_ue(&(struct bench_register){.source = source, .authorization = row});
		bench_home_challenges();
		bench_worker(0);
	}
	bench.sa_count = 0;
	bench_ue(&(struct bench_register){
		.client = "ipsec-3gpp;alg=hmac-sha-1-96;spi-c=5001;spi-s=5002;port-c=40114;port-s="
			  "40113"});
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	assert_int_not_equal(bench.sas[2].ports[0].local, first_port);
}

static void a_challenge_for_what_came_on_a_temporary_set_ends_it(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 403);
	assert_has_not(bench.answer_text, "WWW-Authenticate");
	bench_wait_ms(10000);
	assert_int_equal(bench_sets(), 0);
}

static void an_address_and_port_that_are_taken_are_refused(void **state)
{
	(void)state;
	bench_reach_registration();
	bench_ue(&(struct bench_register){0});
	assert_int_equal(bench.status, 403);
	bench_ue(&(struct bench_register){
		.authorization = "Digest username=\"mallory@home.net\",nonce=\"\",response=\"\""});
	assert_int_equal(bench.status, 403);
	/* From another address the same port is another one. */
	bench_ue(&(struct bench_register){.source = "198.51.100.99"});
	assert_non_null(bench.forwarded);
}

static void an_impi_has_at_most_six_sas_a_direction(void **state)
{
	(void)state;
	bench_reach_registration();
	for (unsigned i = 0; i < 8; i++) {
		char source[32];

		snprintf(source, sizeof(source), "198.51.100.%u", 100 + i);
		bench_ue(&(struct bench_register){.source = source});
		bench_home_challenges();
		bench_worker(0);
		assert_int_equal(bench.status, 401);
		assert_true(bench_sets() <= 3);
	}
	/* The established one has survived them all. */
	bench_wait_ms(250000);
	assert_int_equal(bench_sets(), 1);
}

/* Each authentication from the set before it, faster than the old ones end. */
static void three_established_sets_are_enough(void **state)
{
	struct bench_register again = {0}, sm7;
	char client[128];

	(void)state;
	bench_reach_registration();
	sm7 = again = bench_sm7();
	for (unsigned i = 0; i < 3; i++) {
		snprintf(client, sizeof(client),
			"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=%u;spi-s=%u;port-c=%u;port-s=40113",
			5000 + 2 * i, 5001 + 2 * i, 41000 + i);
		again.authorization = NULL;
		again.client = client;
		bench_ue(&again);
		bench_home_challenges();
		bench_worker(0);
		if (i == 2)
			break;
		assert_int_equal(bench.status, 401);
		sm7.client = client;
		sm7.source_port = again.source_port = (uint16_t)(41000 + i);
		bench_ue(&sm7);
		bench_home_accepts(600);
		assert_int_equal(bench.status, 200);
	}
	assert_int_equal(bench.status, 403);
	assert_int_equal(bench_sets(), 3);
}

static void half_open_sets_are_bounded(void **state)
{
	unsigned refused = 0;

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		char source[32], row[128];

		snprintf(source, sizeof(source), "198.51.100.%u", 1 + i);
		snprintf(row, sizeof(row), "Digest username=\"u%u@home.net\",nonce=\"\"", i);
		bench_ue(&(struct bench_register){.source = source, .authorization = row});
		bench_home_challenges();
		bench_worker(0);
		refused += bench.status == 503;
	}
	assert_int_equal(bench_sets(), 100);
	assert_int_equal(refused, 20);
	bench_wait_ms(240000);
	assert_int_equal(bench_sets(), 0);
	bench_reach_registration();
}

static void a_message_without_its_set_is_refused(void **state)
{
	struct bench_register sm7;

	(void)state;
	bench_reach_challenge();
	sm7 = bench_sm7();
	sm7.source_port = 40999;
	bench_ue(&sm7);
	assert_int_equal(bench.status, 403);
	assert_null(bench.forwarded);
}

static void a_deregistration_is_answered_on_the_set(void **state)
{
	struct bench_register bye, sm7;

	(void)state;
	bench_reach_challenge();
	bye = sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(600);
	bye.authorization = NULL;
	bench_ue(&bye);
	bench_home(200, "");
	assert_int_equal(bench.status, 200);
	assert_flow(BENCH_UE, bench.answer_flow.local.port, BENCH_PORT_US);
	assert_int_equal(bench.deleted, 0);
	bench_wait_ms(10000);
	bench_worker(0);
	assert_int_equal(bench.deleted, 4);
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
		CASE("INT-4 the challenge waits for the set", the_challenge_waits_for_the_set),
		CASE("P-USE four SAs with two pairs of ports", four_sas_with_two_pairs_of_ports),
		CASE("P-SEC one pair carries both pairs of ports",
			one_pair_carries_both_pairs_of_ports),
		CASE("INT-1 P-SEC own order chooses", own_order_chooses_the_algorithm),
		CASE("INT-1 CONF-1 no overlap is 494", no_overlap_is_494_with_the_list),
		CASE("P-SEC without sec-agree is 421", without_sec_agree_is_421),
		CASE("P-PORT unprotected only REGISTER", unprotected_only_register_is_taken),
		CASE("A-SM1 what can not be read is refused", what_can_not_be_read_is_refused),
		CASE("A-SM6 no key reaches the UE", no_key_reaches_the_ue),
		CASE("A-SM6 what can not be cleaned goes no further",
			a_challenge_that_can_not_be_cleaned_goes_no_further),
		CASE("A-SM6 keys are taken out of every answer",
			keys_are_taken_out_of_every_answer),
		CASE("INT-4 a refused set leaves nothing",
			a_set_that_the_data_plane_refuses_leaves_nothing),
		CASE("INT-4 a set that is refused in part leaves nothing",
			a_set_that_is_refused_in_part_leaves_nothing),
		CASE("P-TBL of two that race for a port one gets it",
			of_two_that_race_for_a_port_one_gets_it),
		CASE("INT-4 a lost acknowledgement leaves nothing",
			a_lost_acknowledgement_leaves_nothing),
		CASE("INT-4 a full ring leaves nothing", a_full_ring_leaves_nothing),
		CASE("P-SPI unlike those of SM1, never twice",
			spis_are_unlike_those_of_sm1_and_never_come_twice),
		CASE("A-SM12 P-LIFE success confirms the set", success_confirms_the_set),
		CASE("F-1 a challenge without an answer leaves nothing",
			a_challenge_without_an_answer_leaves_nothing),
		CASE("E-2 P-ERR wrong RES ends the set after the answer",
			wrong_res_ends_the_set_after_the_answer),
		CASE("P-CHK P-BIND SM7 repeats what was agreed", sm7_must_repeat_what_was_agreed),
		CASE("IPI-1 IPI-2 yes only on the right set",
			integrity_is_yes_only_on_the_right_set),
		CASE("IPI-2 no response on the confirmed set",
			on_the_confirmed_set_no_response_is_protected),
		CASE("P-WHICH P-PORT a new challenge on the old set",
			a_new_challenge_travels_on_the_old_set_and_changes_port_pc),
		CASE("P-PORT port_pc is never that of another set",
			port_pc_is_never_that_of_another_set),
		CASE("P-WHICH a challenge for what came on a temporary set ends it",
			a_challenge_for_what_came_on_a_temporary_set_ends_it),
		CASE("P-TBL three established sets are enough", three_established_sets_are_enough),
		CASE("P-TBL a taken address and port are refused",
			an_address_and_port_that_are_taken_are_refused),
		CASE("P-TBL at most six SAs a direction", an_impi_has_at_most_six_sas_a_direction),
		CASE("P-TBL half-open sets are bounded", half_open_sets_are_bounded),
		CASE("P-BIND a message without its set is refused",
			a_message_without_its_set_is_refused),
		CASE("P-ERR a de-registration is answered on the set",
			a_deregistration_is_answered_on_the_set),
		CASE("REG-1 nobody is registered without protection",
			nobody_is_registered_without_protection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
