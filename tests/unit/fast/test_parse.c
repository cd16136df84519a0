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

static void fills_what_the_passes_need(void **state)
{
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 11);

	(void)state;
	parse_one(len);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.shape[0].family, NET_IPV4);
	assert_int_equal(fx.burst.shape[0].protocol, WIRE_PROTOCOL_UDP);
	assert_int_equal(fx.burst.shape[0].header_len, 20);
	assert_int_equal(fx.burst.shape[0].len, 20 + 8 + 11);
	assert_int_equal(fx.burst.shape[0].flags, 0);
	assert_memory_equal(fx.burst.ip[0], frame + WIRE_ETHER_LEN, fx.burst.shape[0].len);
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
	assert_int_equal(fx.burst.shape[0].family, NET_NONE);
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
	assert_int_equal(fx.burst.shape[0].header_len, 24);
	assert_int_equal(burst_payload_len(&fx.burst, 0), 18);
}

static void fragments_are_marked(void **state)
{
	static const uint16_t fragments[] = {0x2000, 0x0001, 0x1fff, 0x3000};

	(void)state;
	for (size_t i = 0; i < sizeof(fragments) / sizeof(fragments[0]); i++) {
		size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 10);
		uint8_t *ip = frame + WIRE_ETHER_LEN;

		bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, fragments[i]);
		ip_header_set(ip, NET_IPV4, 20, 38, WIRE_PROTOCOL_UDP);
		parse_one(len);
		fixture_expect(1, 0);
		assert_int_equal(fx.burst.shape[0].flags, BURST_FRAGMENT);
		fixture_free_burst();
	}
	memcpy(frame + ipv6_udp(WIRE_FRAGMENT, 16) - 16, "\x11\0\0\1\0\0\0\x07", 8);
	parse_one(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 16);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.shape[0].flags, BURST_FRAGMENT);
	assert_int_equal(fx.burst.shape[0].protocol, WIRE_FRAGMENT);
}

/* One or two tags, of both kinds: the headers behind them are found, and they stay. */
static void tags_are_seen_through(void **state)
{
	static const uint8_t tags[] = {0x88, 0xa8, 0, 100, 0x81, 0, 0x20, 7};

	(void)state;
	for (size_t tags_len = 4; tags_len <= 8; tags_len += 4) {
		size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 11);

		memmove(frame + 12 + tags_len, frame + 12, len - 12);
		memcpy(frame + 12, tags, tags_len);
		parse_one(len + tags_len);
		fixture_expect(1, 0);
		assert_int_equal(burst_link_len(&fx.burst, 0), WIRE_ETHER_LEN + tags_len);
		assert_int_equal(fx.burst.shape[0].len, 39);
		assert_int_equal(fx.burst.shape[0].protocol, WIRE_PROTOCOL_UDP);
		assert_memory_equal(
			rte_pktmbuf_mtod(fx.burst.mbuf[0], uint8_t *), frame, len + tags_len);
		fixture_free_burst();
		for (size_t cut = 0; cut < len + tags_len; cut++) {
			parse_one(cut);
			fixture_expect_drop(DROP_FRAME_TRUNCATED);
		}
	}
}

static void a_third_tag_is_one_too_many(void **state)
{
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 11);

	(void)state;
	memmove(frame + 24, frame + 12, len - 12);
	for (unsigned i = 0; i < 3; i++)
		memcpy(frame + 12 + 4 * i, "\x81\0\0\1", 4);
	parse_one(len + 12);
	fixture_expect_drop(DROP_ETHER_TYPE);
}

static void other_ether_types(void **state)
{
	/* a length (802.3), LLDP, MPLS */
	static const uint16_t types[] = {0x0026, 0x88cc, 0x8847, 0xffff, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 0);

		bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, types[i]);
		parse_one(len);
		fixture_expect_drop(DROP_ETHER_TYPE);
	}
}

/* A frame in segments of segment_len octets. */
static void put_segments(const uint8_t *from, size_t len, size_t segment_len)
{
	size_t at = len < segment_len ? len : segment_len;
	struct rte_mbuf *head = fixture_put(from, at);

	while (at < len) {
		size_t more = len - at < segment_len ? len - at : segment_len;
		struct rte_mbuf *tail = rte_pktmbuf_alloc(fx.pool);

		assert_non_null(tail);
		memcpy(rte_pktmbuf_append(tail, (uint16_t)more), from + at, more);
		assert_int_equal(rte_pktmbuf_chain(head, tail), 0);
		at += more;
	}
}

static void segments_become_one(void **state)
{
	static uint8_t jumbo[65000];
	static const size_t lens[] = {0, 30, 1000, 1900, 3000, 8958, 60000};

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		size_t len = fixture_udp(jumbo, REMOTE, 5060, LOCAL, 5060, lens[i]);

		for (size_t segment_len = 1; segment_len < 2048; segment_len += 1023) {
			if (len / segment_len > 200)
				continue;
			put_segments(jumbo, len, segment_len);
			parse(&fx.path, &fx.burst);
			fixture_expect(1, 0);
			assert_int_equal(fx.burst.mbuf[0]->nb_segs, 1);
			assert_int_equal(fx.burst.mbuf[0]->pkt_len, len);
			assert_memory_equal(
				rte_pktmbuf_mtod(fx.burst.mbuf[0], uint8_t *), jumbo, len);
			fixture_free_burst();
		}
	}
}

static void segments_without_a_buffer(void **state)
{
	static uint8_t jumbo[65535];
	struct rte_mbuf *taken[LARGE];
	size_t len = fixture_udp(jumbo, REMOTE, 5060, LOCAL, 5060, 3000);

	(void)state;
	put_segments(jumbo, FLAT_FRAME_MAX + 1, 2000);
	parse(&fx.path, &fx.burst);
	fixture_expect_drop(DROP_FRAME_TOO_LONG);
	assert_int_equal(rte_pktmbuf_alloc_bulk(fx.large, taken, LARGE), 0);
	put_segments(jumbo, len, 2000);
	parse(&fx.path, &fx.burst);
	fixture_expect_drop(DROP_NO_BUFFER);
	rte_pktmbuf_free_bulk(taken, LARGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("parse fills what the passes need", fills_what_the_passes_need),
		T("P-ESP truncated at every length", truncated_at_every_length),
		T("P-ESP Ethernet padding is cut", ethernet_padding_is_cut),
		T("P-ESP bad IP headers", bad_ip_headers),
		T("P-ESP wrong checksum in every bit", wrong_checksum_in_every_bit),
		T("P-ESP IPv4 options are carried", ipv4_options_are_carried),
		T("INT-3 fragments are marked", fragments_are_marked),
		T("INT-3 tags are seen through", tags_are_seen_through),
		T("INT-3 a third tag is one too many", a_third_tag_is_one_too_many),
		T("INT-3 other Ethernet types", other_ether_types),
		T("P-ESP segments become one", segments_become_one),
		T("P-ESP segments without a buffer", segments_without_a_buffer),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
