/* SPDX-License-Identifier: BSD-3-Clause */
#include "parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

static uint8_t frame[2048];

static size_t ipv6_udp(uint8_t next, size_t payload_len)
{
	uint8_t *ip = frame + WIRE_ETHER_LEN;

	memset(frame, 0, sizeof(frame));
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
	ip[0] = 0x60;
	bytes_store_be16(ip + WIRE_IPV6_PAYLOAD_AT, (uint16_t)payload_len);
	ip[WIRE_IPV6_NEXT_AT] = next;
	return WIRE_ETHER_LEN + WIRE_IPV6_LEN + payload_len;
}

static void parse_one(size_t len)
{
	fixture_put(frame, len);
	parse(&fx.path, &fx.burst);
}

static void fills_what_the_steps_need(void **state)
{
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 11);

	(void)state;
	parse_one(len);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.family[0], NET_IPV4);
	assert_int_equal(fx.burst.protocol[0], WIRE_PROTOCOL_UDP);
	assert_int_equal(fx.burst.ip_header_len[0], 20);
	assert_int_equal(fx.burst.ip_len[0], 20 + 8 + 11);
	assert_int_equal(fx.burst.flags[0], 0);
	assert_memory_equal(fx.burst.ip[0], frame + WIRE_ETHER_LEN, fx.burst.ip_len[0]);
}

/* A packet that is cut anywhere is no packet. */
static void truncated_at_every_length(void **state)
{
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 40);

	(void)state;
	for (size_t cut = 0; cut < len; cut++) {
		parse_one(cut);
		fixture_expect_drop(DROP_FRAME_TRUNCATED);
	}
	len = ipv6_udp(WIRE_PROTOCOL_UDP, 40);
	for (size_t cut = 0; cut < len; cut++) {
		parse_one(cut);
		fixture_expect_drop(DROP_FRAME_TRUNCATED);
	}
	memset(frame, 0, sizeof(frame));
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_ARP);
	for (size_t cut = 0; cut < WIRE_ETHER_LEN + WIRE_ARP_LEN; cut++) {
		parse_one(cut);
		fixture_expect_drop(DROP_FRAME_TRUNCATED);
	}
}

/* Bytes behind the packet are never delivered: whoever they belonged to. */
static void ethernet_padding_is_cut(void **state)
{
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 1);

	(void)state;
	memset(frame + len, 0xee, 60);
	parse_one(len + 60);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, len);
	assert_int_equal(fx.burst.mbuf[0]->data_len, len);
	fixture_free_burst();
	len = ipv6_udp(WIRE_PROTOCOL_UDP, 9);
	parse_one(len + 7);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, len);
	fixture_free_burst();
	memset(frame, 0xee, 60);
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_ARP);
	parse_one(60);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, 42);
	assert_int_equal(fx.burst.family[0], NET_NONE);
}

static void bad_ip_headers(void **state)
{
	static const struct {
		unsigned at;
		uint8_t value;
	} bad[] = {
		{0, 0x55}, /* version 5 */
		{0, 0x65}, /* version 6 in an IPv4 frame */
		{0, 0x40}, /* no header */
		{0, 0x44}, /* 16 octets of header */
		{3, 19},   /* total length below the header */
		{3, 0},
	};
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 0);
		frame[WIRE_ETHER_LEN + bad[i].at] = bad[i].value;
		parse_one(len);
		fixture_expect_drop(DROP_IP_HEADER);
	}
	len = ipv6_udp(WIRE_PROTOCOL_UDP, 8);
	frame[WIRE_ETHER_LEN] = 0x40;
	parse_one(len);
	fixture_expect_drop(DROP_IP_HEADER);
	/* Options that the packet has no room for. */
	len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 0);
	frame[WIRE_ETHER_LEN] = 0x4f;
	parse_one(len);
	fixture_expect_drop(DROP_IP_HEADER);
}

static void wrong_checksum_in_every_bit(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 8 * WIRE_IPV4_LEN; bit++) {
		size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 30);

		if (bit < 32) /* version, length and total length have reasons of their own */
			continue;
		frame[WIRE_ETHER_LEN + bit / 8] ^= (uint8_t)(1 << bit % 8);
		parse_one(len);
		fixture_expect_drop(DROP_IP_CHECKSUM);
	}
}

static void ipv4_options_are_carried(void **state)
{
	uint8_t *ip = frame + WIRE_ETHER_LEN;
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 10);

	(void)state;
	memmove(ip + 24, ip + 20, len - 34);
	memcpy(ip + 20, "\x94\x04\0\0", 4); /* router alert, RFC 2113 */
	ip[0] = 0x46;
	ip_header_set(ip, NET_IPV4, 24, 24 + 18, WIRE_PROTOCOL_UDP);
	parse_one(len + 4);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.ip_header_len[0], 24);
	assert_int_equal(burst_payload_len(&fx.burst, 0), 18);
}

static void fragments_and_extensions_are_marked(void **state)
{
	static const uint16_t fragments[] = {0x2000, 0x0001, 0x1fff, 0x3000};
	static const uint8_t extensions[] = {0, 43, 44, 60, 135, 139, 140};

	(void)state;
	for (size_t i = 0; i < sizeof(fragments) / sizeof(fragments[0]); i++) {
		size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 10);
		uint8_t *ip = frame + WIRE_ETHER_LEN;

		bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, fragments[i]);
		ip_header_set(ip, NET_IPV4, 20, 38, WIRE_PROTOCOL_UDP);
		parse_one(len);
		fixture_expect(1, 0);
		assert_int_equal(fx.burst.flags[0], BURST_FRAGMENT);
		fixture_free_burst();
	}
	for (size_t i = 0; i < sizeof(extensions); i++) {
		parse_one(ipv6_udp(extensions[i], 8));
		fixture_expect(1, 0);
		assert_int_equal(fx.burst.flags[0], BURST_EXTENSION);
		fixture_free_burst();
	}
}

static void other_ether_types(void **state)
{
	/* VLAN, QinQ, a length (802.3), LLDP, MPLS */
	static const uint16_t types[] = {0x8100, 0x88a8, 0x0026, 0x88cc, 0x8847, 0xffff, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 0);

		bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, types[i]);
		parse_one(len);
		fixture_expect_drop(DROP_ETHER_TYPE);
	}
}

static void two_segments_are_too_long(void **state)
{
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 10);
	struct rte_mbuf *head = fixture_put(frame, len), *tail = rte_pktmbuf_alloc(fx.pool);

	(void)state;
	assert_int_equal(rte_pktmbuf_chain(head, tail), 0);
	parse(&fx.path, &fx.burst);
	fixture_expect_drop(DROP_FRAME_TOO_LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("parse fills what the steps need", fills_what_the_steps_need),
		T("P-ESP truncated at every length", truncated_at_every_length),
		T("P-ESP Ethernet padding is cut", ethernet_padding_is_cut),
		T("P-ESP bad IP headers", bad_ip_headers),
		T("P-ESP wrong checksum in every bit", wrong_checksum_in_every_bit),
		T("P-ESP IPv4 options are carried", ipv4_options_are_carried),
		T("INT-3 fragments and extensions are marked", fragments_and_extensions_are_marked),
		T("INT-3 other Ethernet types", other_ether_types),
		T("P-ESP two segments are too long", two_segments_are_too_long),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
