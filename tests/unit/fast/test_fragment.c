/* SPDX-License-Identifier: BSD-3-Clause */
/* What is larger than the other link: cut, or its sender told; and segments that need neither. */
#include "pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_ip.h>

#include "fixture.h"

#include "fragment_maker.h"

#define SPI 0x1234u

static uint8_t frame[65536], wide[65536];

static void send_frame(size_t len)
{
	fixture_put(frame, len);
	pipeline_outbound(&fx.path, &fx.burst);
}

/* Octets of payload that the fragments carry together, in their order, into out. */
static unsigned gather(uint8_t *out, unsigned header_len)
{
	unsigned len = 0;

	for (unsigned i = 0; i < fx.burst.pieces; i++) {
		const struct rte_mbuf *mbuf = fx.burst.piece[i];
		const uint8_t *ip = rte_pktmbuf_mtod_offset(mbuf, uint8_t *, WIRE_ETHER_LEN);
		bool last = i + 1 == fx.burst.pieces;
		unsigned ip_len = mbuf->pkt_len - WIRE_ETHER_LEN;

		assert_true(ip_len <= 1500);
		if (ip[0] >> 4 == 4) {
			assert_true(ip_header_checksum_ok(ip, header_len));
			assert_int_equal(bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT), ip_len);
			assert_int_equal(bytes_load_be16(ip + WIRE_IPV4_FRAGMENT_AT),
				len / 8 | (last ? 0 : WIRE_IPV4_MORE));
		} else {
			assert_int_equal(bytes_load_be16(ip + WIRE_IPV6_PAYLOAD_AT), ip_len - 40);
			assert_int_equal(ip[WIRE_IPV6_NEXT_AT], WIRE_FRAGMENT);
			assert_int_equal(bytes_load_be16(ip + 40 + WIRE_FRAGMENT_AT), len | !last);
		}
		memcpy(out + len, ip + header_len, ip_len - header_len);
		len += ip_len - header_len;
	}
	return len;
}

static uint16_t ipv4_id(unsigned piece)
{
	return bytes_load_be16(rte_pktmbuf_mtod_offset(
		fx.burst.piece[piece], uint8_t *, WIRE_ETHER_LEN + WIRE_IPV4_ID_AT));
}

/* RFC 4303 §3.3.4: behind the ICV. */
static void esp_that_does_not_fit_is_cut(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	uint32_t number = 0;

	(void)state;
	(void)fixture_add(&sa);
	for (size_t len = 1451; len < 1473; len++) {
		size_t plain = fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, len), sealed;
		uint8_t expected[2048], got[2048];

		memcpy(expected, frame, plain);
		sealed = fixture_esp(expected, plain, &sa, ++number);
		send_frame(plain);
		fixture_expect(0, 0);
		assert_int_equal(fx.burst.pieces, 2);
		assert_int_equal(gather(got, 20), sealed - WIRE_ETHER_LEN - 20);
		assert_memory_equal(
			got, expected + WIRE_ETHER_LEN + 20, sealed - WIRE_ETHER_LEN - 20);
		fixture_free_burst();
	}
}

/* Linux forbids to cut what it sends, and IPv6 routers do not: the gateway is ESP's origin, which
 * may. No message is lost by that, and no two share an identification. */
static void udp_in_esp_is_always_cut(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	uint8_t *ip = frame + WIRE_ETHER_LEN;
	uint16_t id = 0;

	(void)state;
	(void)fixture_add(&sa);
	fragment_maker_add_host6();
	sa.spi++;
	sa.local.family = sa.remote.family = NET_IPV6;
	memcpy(sa.local.bytes, LOCAL6, 16);
	memcpy(sa.remote.bytes, REMOTE6, 16);
	(void)fixture_add(&sa);
	for (unsigned len = 1455; len <= 1472; len++) {
		unsigned sealed_len = 8 + (8 + len + 2 + 3) / 4 * 4 + 12;

		fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, len);
		bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_DONT);
		ip_header_set(ip, NET_IPV4, 20, 28 + len, WIRE_PROTOCOL_UDP);
		send_frame(FRAME_UDP + len);
		fixture_expect(0, 0);
		assert_int_equal(fx.burst.answers, 0);
		assert_int_equal(fx.burst.pieces, 2);
		assert_int_equal(gather(wide, 20), sealed_len); /* their DF is not set */
		assert_int_equal(ipv4_id(0), ipv4_id(1));
		assert_int_not_equal(ipv4_id(0), id);
		id = ipv4_id(0);
		fixture_free_burst();
		send_frame(fragment_maker_udp6(frame, LOCAL6, PORT_S, REMOTE6, PORT_UC, len - 20));
		fixture_expect(0, 0);
		assert_int_equal(fx.burst.answers, 0);
		assert_int_equal(fx.burst.pieces, 2);
		assert_int_equal(gather(wide, 48), 8 + (8 + len - 20 + 2 + 3) / 4 * 4 + 12);
		fixture_free_burst();
	}
}

/* From inside in fragments: whole, sealed, cut again; in both families. */
static void fragments_from_inside_are_sealed_whole(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	unsigned len = 8 + 4000;

	(void)state;
	(void)fixture_add(&sa);
	fragment_maker_add_host6();
	sa.spi++;
	sa.local.family = sa.remote.family = NET_IPV6;
	memcpy(sa.local.bytes, LOCAL6, 16);
	memcpy(sa.remote.bytes, REMOTE6, 16);
	(void)fixture_add(&sa);
	for (unsigned family = 0; family < 2; family++) {
		unsigned header_len = family ? 48 : 20;
		uint8_t *got = wide;

		if (family)
			fragment_maker_udp6(wide, LOCAL6, PORT_S, REMOTE6, PORT_UC, 4000);
		else
			fixture_udp(wide, LOCAL, PORT_S, REMOTE, PORT_UC, 4000);
		for (unsigned from = 0; from < len; from += 1408) {
			unsigned to = from + 1408 < len ? from + 1408 : len;

			send_frame(fragment_maker_cut(frame, wide, 9, from, to, to < len));
		}
		fixture_expect(0, 0);
		assert_int_equal(fx.burst.pieces, 3);
		assert_int_equal(gather(got, header_len), 8 + 4008 + 2 + 2 + 12);
		assert_int_equal(bytes_load_be32(got), SPI + family);
		assert_int_equal(bytes_load_be32(got + 4), 1);
		assert_int_equal(bytes_load_be16(got + 8), PORT_S);
		fixture_free_burst();
	}
}

static void inbound_is_cut_for_the_inside_link(void **state)
{
	unsigned len = 8 + 3000;

	(void)state;
	fixture_udp(wide, REMOTE, 40000, LOCAL, 5060, 3000);
	for (unsigned from = 0; from < len; from += 1480) {
		unsigned to = from + 1480 < len ? from + 1480 : len;

		fixture_put(frame, fragment_maker_cut(frame, wide, 77, from, to, to < len));
	}
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect(0, 0);
	assert_int_equal(fx.burst.pieces, 3);
	assert_int_equal(gather(frame, 20), len);
	assert_memory_equal(frame, wide + WIRE_ETHER_LEN + 20, len);
}

/* Who sends plain fragments does not choose their identification inside, nor reach that of what was
 * verified. */
static void plain_fragments_do_not_complete_verified_ones(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);
	size_t plain = fixture_udp(frame, REMOTE, 40000, LOCAL, 5060, 1000), sealed;
	uint16_t id = 0;

	(void)state;
	(void)fixture_add(&sa);
	fx.path.inside.mtu = 600;
	for (uint32_t number = 1; number < 8; number++) {
		fixture_udp(wide, REMOTE, PORT_UC, LOCAL, PORT_S, 1000);
		sealed = fixture_esp(wide, plain, &sa, number);
		bytes_store_be16(wide + WIRE_ETHER_LEN + WIRE_IPV4_ID_AT, 0x1234);
		bytes_store_be16(frame + WIRE_ETHER_LEN + WIRE_IPV4_ID_AT, 0x1234);
		ip_header_set(wide + WIRE_ETHER_LEN, NET_IPV4, 20,
			(unsigned)sealed - WIRE_ETHER_LEN, WIRE_PROTOCOL_ESP);
		ip_header_set(frame + WIRE_ETHER_LEN, NET_IPV4, 20,
			(unsigned)plain - WIRE_ETHER_LEN, WIRE_PROTOCOL_UDP);
		fixture_put(wide, sealed);
		fixture_put(frame, plain);
		pipeline_inbound(&fx.path, &fx.burst);
		fixture_expect(0, 0);
		assert_int_equal(fx.burst.pieces, 4);
		assert_int_equal(ipv4_id(0), ipv4_id(1));
		assert_int_equal(ipv4_id(2), ipv4_id(3));
		assert_true(ipv4_id(0) & FRAGMENT_ID_VERIFIED);
		assert_false(ipv4_id(2) & FRAGMENT_ID_VERIFIED);
		assert_int_not_equal(ipv4_id(0), id);
		id = ipv4_id(0);
		fixture_free_burst();
	}
}

/* RFC 791 §3.1: only options that say so are in every fragment. */
static void options_that_are_copied(void **state)
{
	static const uint8_t options[] = {0x07, 4, 0, 0, 0x94, 4, 0, 0, 1, 1, 1, 0};
	size_t len = fixture_udp(frame, OTHER, 40000, REMOTE, 5060, 1472);
	uint8_t *ip = frame + WIRE_ETHER_LEN;
	const uint8_t *second;

	(void)state;
	memmove(ip + 32, ip + 20, len - WIRE_ETHER_LEN - 20);
	memcpy(ip + 20, options, sizeof(options));
	ip[0] = 0x48;
	ip_header_set(ip, NET_IPV4, 32, (unsigned)len - WIRE_ETHER_LEN + 12, WIRE_PROTOCOL_UDP);
	send_frame(len + 12);
	fixture_expect(0, 0);
	assert_int_equal(fx.burst.pieces, 2);
	second = rte_pktmbuf_mtod_offset(fx.burst.piece[1], uint8_t *, WIRE_ETHER_LEN);
	assert_memory_equal(rte_pktmbuf_mtod_offset(fx.burst.piece[0], uint8_t *, 34), options, 12);
	assert_int_equal(second[0], 0x46);
	assert_memory_equal(second + 20, options + 4, 4);
	assert_true(ip_header_checksum_ok(second, 24));
}

/* What the sender is told fits; what fits is not refused. */
static void sender_of_ipv4_is_told(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	size_t len = fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, 1472);
	uint8_t *ip = frame + WIRE_ETHER_LEN;
	const uint8_t *answer;
	unsigned told;

	(void)state;
	(void)fixture_add(&sa);
	bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_DONT);
	ip_header_set(ip, NET_IPV4, 20, 1500, WIRE_PROTOCOL_TCP);
	send_frame(len);
	assert_int_equal(fx.burst.answers, 1);
	answer = rte_pktmbuf_mtod(fx.burst.answer[0], uint8_t *);
	assert_memory_equal(answer, frame + 6, 6);
	assert_memory_equal(answer + 6, frame, 6);
	answer += WIRE_ETHER_LEN;
	assert_true(ip_header_checksum_ok(answer, 20));
	assert_memory_equal(answer + WIRE_IPV4_SOURCE_AT, REMOTE, 4);
	assert_memory_equal(answer + WIRE_IPV4_TARGET_AT, LOCAL, 4);
	assert_memory_equal(answer + 20, "\3\4", 2);
	assert_int_equal(rte_raw_cksum(answer + 20, 556), 0xffff);
	assert_memory_equal(answer + 28, ip, 548);
	told = bytes_load_be16(answer + 26);
	fixture_expect_drop(DROP_OUT_TOO_BIG);
	for (unsigned more = 0; more < 2; more++) {
		fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, told + more - 28);
		bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_DONT);
		ip_header_set(ip, NET_IPV4, 20, told + more, WIRE_PROTOCOL_TCP);
		send_frame(WIRE_ETHER_LEN + told + more);
		if (more)
			fixture_expect_drop(DROP_OUT_TOO_BIG);
		else
			fixture_expect(1, 0);
		fixture_free_burst();
	}
}

static void sender_of_ipv6_is_told(void **state)
{
	size_t len;
	const uint8_t *answer;

	(void)state;
	fragment_maker_add_host6();
	fx.path.outside.mtu = 1400;
	len = fragment_maker_udp6(frame, LOCAL6, 5060, REMOTE6, 5060, 1353);
	send_frame(len);
	assert_int_equal(fx.burst.answers, 1);
	answer = rte_pktmbuf_mtod_offset(fx.burst.answer[0], uint8_t *, WIRE_ETHER_LEN);
	assert_int_equal(fx.burst.answer[0]->pkt_len, WIRE_ETHER_LEN + 1280);
	assert_memory_equal(answer + WIRE_IPV6_SOURCE_AT, REMOTE6, 16);
	assert_memory_equal(answer + WIRE_IPV6_TARGET_AT, LOCAL6, 16);
	assert_int_equal(answer[40], 2);
	assert_int_equal(bytes_load_be32(answer + 44), 1400);
	assert_int_equal(
		rte_ipv6_udptcp_cksum((const struct rte_ipv6_hdr *)answer, answer + 40), 0);
	assert_memory_equal(answer + 48, frame + WIRE_ETHER_LEN, 1232);
	fixture_expect_drop(DROP_OUT_TOO_BIG);
	/* To a group nobody could answer. */
	fragment_maker_udp6(
		frame, LOCAL6, 5060, "\xff\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 5060, 1353);
	send_frame(len);
	assert_int_equal(fx.burst.answers, 0);
	fixture_expect_drop(DROP_OUT_TOO_BIG);
}

static void answers_have_a_rate(void **state)
{
	size_t len = fixture_udp(frame, LOCAL, 5060, REMOTE, 5060, 1473);
	uint8_t *ip = frame + WIRE_ETHER_LEN;

	(void)state;
	bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_DONT);
	ip_header_set(ip, NET_IPV4, 20, 1501, WIRE_PROTOCOL_UDP);
	token_bucket_init(&fx.path.too_big, 2, TICKS, 0);
	for (unsigned i = 0; i < 5; i++)
		fixture_put(frame, len);
	pipeline_outbound(&fx.path, &fx.burst);
	assert_int_equal(fx.burst.answers, 2);
	fixture_expect_drop(DROP_OUT_TOO_BIG);
}

/* RFC 1122 §3.2.2: nobody answers groups, and nobody can be answered who has no address. */
static void who_is_not_told(void **state)
{
	static const struct {
		unsigned at;
		const char *octets;
		unsigned len;
	} rows[] = {{0, "\xff", 1}, {6, "\x03", 1},
		{WIRE_ETHER_LEN + WIRE_IPV4_SOURCE_AT, "\0\0\0\0", 4}, {0, "\x02", 1}};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		size_t len = fixture_udp(frame, LOCAL, 5060, REMOTE, 5060, 1473);
		uint8_t *ip = frame + WIRE_ETHER_LEN;

		memcpy(frame + rows[i].at, rows[i].octets, rows[i].len);
		bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_DONT);
		ip_header_set(ip, NET_IPV4, 20, 1501, WIRE_PROTOCOL_UDP);
		send_frame(len);
		assert_int_equal(fx.burst.answers, i == 3);
		fixture_expect_drop(DROP_OUT_TOO_BIG);
	}
}

/* A link whose MTU leaves fragments no payload. */
static void no_room_for_payload(void **state)
{
	size_t len = fixture_udp(frame, LOCAL, 5060, REMOTE, 5060, 100);

	(void)state;
	fx.path.outside.mtu = 27;
	send_frame(len);
	fixture_expect_drop(DROP_OUT_TOO_BIG);
	fx.path.outside.mtu = 28;
	send_frame(len);
	fixture_expect(0, 0);
	assert_int_equal(fx.burst.pieces, 14); /* of 108 octets, 8 each */
}

static void no_buffer_for_fragments(void **state)
{
	static struct rte_mbuf *taken[POOL];
	size_t len = fixture_udp(frame, LOCAL, 5060, REMOTE, 5060, 1473);
	unsigned count = POOL - 2; /* one for the packet, one for half of it */

	(void)state;
	assert_int_equal(rte_pktmbuf_alloc_bulk(fx.pool, taken, count), 0);
	send_frame(len);
	fixture_expect_drop(DROP_NO_BUFFER);
	rte_pktmbuf_free_bulk(taken, count);
}

/* A SYN with these options, from inside or outside, behind the pass alone. */
static unsigned clamped(const uint8_t *options, unsigned options_len, unsigned mss_at)
{
	unsigned len = 20 + options_len;
	uint8_t *tcp = fixture_ipv4(frame, LOCAL, REMOTE, WIRE_PROTOCOL_TCP, len), *out;
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	uint64_t handle = fixture_add(&sa);
	uint16_t sum;
	unsigned mss;

	memset(tcp, 0, 20);
	bytes_store_be16(tcp, PORT_S);
	bytes_store_be16(tcp + 2, PORT_UC);
	tcp[WIRE_TCP_OFFSET_AT] = (uint8_t)(len / 4 << 4);
	tcp[WIRE_TCP_FLAGS_AT] = WIRE_TCP_SYN;
	memcpy(tcp + 20, options, options_len);
	sum = (uint16_t)~rte_raw_cksum(tcp, len); /* the pseudo header does not change */
	memcpy(tcp + WIRE_TCP_SUM_AT, &sum, 2);
	send_frame(WIRE_ETHER_LEN + 20 + len);
	fixture_expect(1, 0);
	out = rte_pktmbuf_mtod_offset(fx.burst.mbuf[0], uint8_t *, WIRE_ETHER_LEN + 28);
	assert_int_equal(rte_raw_cksum(out, len), 0xffff);
	mss = bytes_load_be16(out + mss_at);
	fixture_free_burst();
	assert_int_equal(sa_table_delete(&fx.path.table, handle), 0);
	return mss;
}

static void segment_size_is_lowered(void **state)
{
	(void)state;
	/* 20 + 8 + 20 + 1438 + 2 + 12 = 1500 */
	assert_int_equal(clamped((const uint8_t *)"\2\4\x05\xb4", 4, 22), 1438);
	assert_int_equal(clamped((const uint8_t *)"\2\4\xff\xff", 4, 22), 1438);
	assert_int_equal(clamped((const uint8_t *)"\2\4\x05\x9e", 4, 22), 1438);
	assert_int_equal(clamped((const uint8_t *)"\2\4\x05\x9d", 4, 22), 1437);
	assert_int_equal(clamped((const uint8_t *)"\1\2\4\x05\xb4\1\1\1", 8, 23), 1438);
	assert_int_equal(clamped((const uint8_t *)"\1\1\2\4\x05\xb4\1\0", 8, 24), 1438);
	/* No option, one of another length, one that is cut off, one behind the end. */
	assert_int_equal(clamped((const uint8_t *)"\3\4\x05\xb4", 4, 22), 0x5b4);
	assert_int_equal(clamped((const uint8_t *)"\2\3\x05\xb4", 4, 22), 0x5b4);
	assert_int_equal(clamped((const uint8_t *)"\1\1\2\4", 4, 22), 0x204);
	assert_int_equal(clamped((const uint8_t *)"\0\2\4\x05\xb4\0\0\0", 8, 23), 0x5b4);
	assert_int_equal(clamped((const uint8_t *)"\3\0\2\4\x05\xb4\0\0", 8, 24), 0x5b4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("P-ESP ESP that does not fit is cut", esp_that_does_not_fit_is_cut),
		T("P-ESP UDP in ESP is always cut", udp_in_esp_is_always_cut),
		T("P-ESP fragments from inside are sealed whole",
			fragments_from_inside_are_sealed_whole),
		T("P-ESP inbound is cut for the inside link", inbound_is_cut_for_the_inside_link),
		T("INT-3 plain fragments do not complete verified ones",
			plain_fragments_do_not_complete_verified_ones),
		T("P-ESP options that are copied", options_that_are_copied),
		T("P-ESP sender of IPv4 is told", sender_of_ipv4_is_told),
		T("P-ESP sender of IPv6 is told", sender_of_ipv6_is_told),
		T("P-ESP answers have a rate", answers_have_a_rate),
		T("P-ESP who is not told", who_is_not_told),
		T("P-ESP no room for payload", no_room_for_payload),
		T("P-ESP no buffer for fragments", no_buffer_for_fragments),
		T("P-ESP segment size is lowered", segment_size_is_lowered),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
