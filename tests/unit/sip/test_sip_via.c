/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_via.h"

#include <errno.h>

#include "sip_example.h"
#include "sip_list.h"

static struct sip_message *from(const char *via, const char *source)
{
	char row[512];
	struct sip_message *message;

	snprintf(row, sizeof(row), "Via: %s", via);
	message = sip_example_but("Via", row);
	message->flow.local.port = 5060;
	message->flow.remote.port = 40112;
	assert_int_equal(
		net_address_parse(source, strlen(source), &message->flow.remote.address), 0);
	return message;
}

/* RFC 3261 §18.2.1, §18.2.2, RFC 3581 §4 */
static void marks_the_source_and_finds_the_way_back(void **state)
{
	static const struct {
		const char *via, *source, *marked;
		uint16_t port; /* where the response goes */
	} rows[] = {
		{"SIP/2.0/UDP 198.51.100.23:5066;branch=z9hG4bKa", "198.51.100.23",
			"SIP/2.0/UDP 198.51.100.23:5066;branch=z9hG4bKa", 5066},
		{"SIP/2.0/UDP 198.51.100.23;branch=z9hG4bKa", "198.51.100.23",
			"SIP/2.0/UDP 198.51.100.23;branch=z9hG4bKa", 5060},
		{"SIP/2.0/UDP 198.51.100.23:5066;rport;branch=z9hG4bKa", "198.51.100.23",
			"SIP/2.0/UDP 198.51.100.23:5066;branch=z9hG4bKa;rport=40112"
			";received=198.51.100.23",
			40112},
		{"SIP/2.0/UDP ue.example.net:5066;branch=z9hG4bKa", "198.51.100.23",
			"SIP/2.0/UDP ue.example.net:5066;branch=z9hG4bKa;received=198.51.100.23",
			5066},
		/* what the sender claims about himself is not kept */
		{"SIP/2.0/UDP 198.51.100.23;received=192.0.2.66;branch=z9hG4bKa;RPORT=7",
			"198.51.100.23",
			"SIP/2.0/UDP 198.51.100.23;branch=z9hG4bKa;rport=40112"
			";received=198.51.100.23",
			40112},
		{"SIP/2.0/UDP [2001:db8::23]:5066;branch=z9hG4bKa", "2001:db8::23",
			"SIP/2.0/UDP [2001:db8::23]:5066;branch=z9hG4bKa", 5066},
		{"SIP/2.0/UDP [2001:db8::23];branch=z9hG4bKa, SIP/2.0/UDP other", "2001:db8::24",
			"SIP/2.0/UDP [2001:db8::23];branch=z9hG4bKa;received=2001:db8::24", 5060},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sip_message *message = from(rows[i].via, rows[i].source);
		struct sip_flow flow;

		for (unsigned again = 0; again < 2; again++) { /* marking twice changes nothing */
			assert_int_equal(sip_via_mark_source(message), 0);
			sip_example_assert_text(
				sip_list_top(message, SIP_HEADER_VIA), rows[i].marked);
			assert_int_equal(sip_via_reply_flow(message, &flow), 0);
			assert_int_equal(flow.remote.port, rows[i].port);
			assert_int_equal(flow.local.port, 5060);
			assert_true(net_address_equal(
				&flow.remote.address, &message->flow.remote.address));
		}
		assert_true(sip_via_matches(message, "z9hG4bKa"));
		sip_message_destroy(message);
	}
}

static void reads_all_parts(void **state)
{
	struct sip_message *message = from(
		"SIP / 2.0 / TCP [2001:db8::1]:65535 ;branch=z9hg4BKx;received=::1;ttl=1", "::2");
	struct sip_via via;

	(void)state;
	assert_int_equal(sip_via_top(message, &via), 0);
	assert_true(via.transport_known && via.transport == SIP_TCP);
	sip_example_assert_text(via.host, "2001:db8::1");
	assert_int_equal(via.port, 65535);
	sip_example_assert_text(via.branch, "z9hg4BKx");
	sip_example_assert_text(via.received, "::1");
	assert_true(via.branch_has_cookie);
	assert_false(via.has_rport);
	sip_message_destroy(message);
	message = from("SIP/2.0/SCTP a;branch=z9hG4bK", "::2");
	assert_int_equal(sip_via_top(message, &via), 0);
	assert_false(via.transport_known);
	assert_false(via.branch_has_cookie); /* nothing behind it */
	sip_message_destroy(message);
}

static void refuses(void **state)
{
	static const char *const bad[] = {"", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0 a",
		"SIP/3.0/UDP a", "a", ";branch=x", "SIP/2.0/UDP a:0", "SIP/2.0/UDP a:65536",
		"SIP/2.0/UDP a:x", "SIP/2.0/UDP [::1", "SIP/2.0/UDP a@b",
		"SIP/2.0/UDP a;branch=", "SIP/2.0/UDP a;branch=1;BRANCH=2", "SIP/2.0/UDP a;=1",
		"SIP/2.0/U DP/x a", "SIP/2.0/UDP a (comment)"};
	struct sip_via via;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sip_message *message = from(bad[i], "192.0.2.1");

		if (sip_via_top(message, &via) != -EINVAL)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(sip_via_mark_source(message), -EINVAL);
		sip_message_destroy(message);
	}
}

static void pushes_and_pops(void **state)
{
	struct sip_message *message = sip_example_parse(SIP_EXAMPLE);
	const char *text;

	(void)state;
	assert_int_equal(sip_via_push(message, SIP_TCP, "2001:db8::9", 5060, "z9hG4bKp"), 0);
	assert_int_equal(sip_via_push(message, SIP_UDP, "p.example.net", 0, "z9hG4bKq"), 0);
	text = sip_example_print(message);
	assert_non_null(strstr(text, "SIP/2.0\r\nVia: SIP/2.0/UDP p.example.net;branch=z9hG4bKq\r\n"
				     "Via: SIP/2.0/TCP [2001:db8::9]:5060;branch=z9hG4bKp\r\n"
				     "Via: SIP/2.0/UDP 198.51.100.23:5060;branch="));
	assert_true(sip_via_matches(message, "z9hG4bKq"));
	assert_false(sip_via_matches(message, "z9hG4bKp"));
	assert_int_equal(sip_via_pop(message), 0);
	assert_true(sip_via_matches(message, "z9hG4bKp"));
	assert_int_equal(sip_via_pop(message), 0);
	assert_int_equal(sip_via_pop(message), 0);
	assert_int_equal(sip_via_pop(message), -ENOENT);
	assert_false(sip_via_matches(message, "z9hG4bKp"));
	sip_message_destroy(message);
}

/* What was read once is not taken for what stands there now. */
static void the_top_one_as_it_is_now(void **state)
{
	const struct sip_flow own = {.transport = SIP_TCP,
		.local = {.address = {.bytes = {192, 0, 2, 1}, .family = NET_IPV4}, .port = 5070}};
	struct sip_message *message =
		from("SIP/2.0/UDP ue.example.net;branch=z9hG4bKa", "198.51.100.23");
	struct sip_via via;

	(void)state;
	for (unsigned again = 0; again < 2; again++) {
		assert_int_equal(sip_via_top(message, &via), 0);
		sip_example_assert_text(via.host, "ue.example.net");
		sip_example_assert_text(via.received, "");
	}
	assert_int_equal(sip_via_mark_source(message), 0);
	assert_int_equal(sip_via_top(message, &via), 0);
	sip_example_assert_text(via.host, "ue.example.net");
	sip_example_assert_text(via.branch, "z9hG4bKa");
	sip_example_assert_text(via.received, "198.51.100.23");
	sip_example_assert_text(via.params, ";branch=z9hG4bKa;received=198.51.100.23");
	assert_int_equal(sip_via_push(message, SIP_UDP, "own.example.net", 0, "z9hG4bKb"), 0);
	assert_int_equal(sip_via_top(message, &via), 0);
	sip_example_assert_text(via.host, "own.example.net");
	assert_int_equal(sip_via_set_sender(message, &own), 0);
	assert_int_equal(sip_via_top(message, &via), 0);
	sip_example_assert_text(via.host, "192.0.2.1");
	assert_int_equal(via.port, 5070);
	assert_int_equal(via.transport, SIP_TCP);
	sip_example_assert_text(via.branch, "z9hG4bKb");
	assert_int_equal(sip_via_pop(message), 0);
	assert_int_equal(sip_via_top(message, &via), 0);
	sip_example_assert_text(via.received, "198.51.100.23");
	assert_int_equal(sip_via_pop(message), 0);
	assert_int_equal(sip_via_top(message, &via), -EINVAL);
	sip_message_destroy(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_the_source_and_finds_the_way_back),
		cmocka_unit_test(reads_all_parts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(pushes_and_pops),
		cmocka_unit_test(the_top_one_as_it_is_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
