/* SPDX-License-Identifier: BSD-3-Clause */
/* Fragments from both sides through the whole pipeline. */
#include "pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "fixture.h"
#include "reassemble.h"

#include "fragment_maker.h"

#define SPI 0x80000100u

static uint8_t whole[65536], piece[65536];

/* One fragment of whole through the pipeline. */
static void feed(uint32_t id, unsigned from, unsigned to, bool more)
{
	fixture_put(piece, fragment_maker_cut(piece, whole, id, from, to, more));
	pipeline_inbound(&fx.path, &fx.burst);
}

static void feed_waits(uint32_t id, unsigned from, unsigned to, bool more)
{
	feed(id, from, to, more);
	fixture_expect(0, 0);
}

/* Plain SIP with len octets in whole; the length of its IP payload. */
static unsigned plain(size_t len)
{
	fixture_udp(whole, REMOTE, 40000, LOCAL, 5060, len);
	return (unsigned)len + 8;
}

static void expect_whole(const uint8_t *expected, size_t len)
{
	fixture_expect(0, 1);
	assert_int_equal(fx.burst.pass[0]->pkt_len, len);
	assert_memory_equal(
		rte_pktmbuf_mtod(fx.burst.pass[0], uint8_t *) + WIRE_ETHER_LEN + WIRE_IPV4_LEN,
		expected + WIRE_ETHER_LEN + WIRE_IPV4_LEN, len - WIRE_ETHER_LEN - WIRE_IPV4_LEN);
	fixture_free_burst();
}

/* All of them were dropped under this reason, the one in the burst too. */
static void expect_drops(enum drop_reason reason, unsigned count)
{
	assert_int_equal(fx.burst.count + fx.burst.passed, 0);
	assert_int_equal(fx.counters.dropped[reason], count);
	assert_int_equal(fixture_drops(), count);
	fixture_free_burst();
	memset(&fx.counters, 0, sizeof(fx.counters));
}

static void esp_in_fragments_is_opened(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);
	size_t len = fixture_udp(whole, REMOTE, PORT_UC, LOCAL, PORT_S, 1300);
	uint8_t expected[2048];
	unsigned payload;

	(void)state;
	memcpy(expected, whole, len);
	(void)fixture_add(&sa);
	payload = (unsigned)fixture_esp(whole, len, &sa, 1) - WIRE_ETHER_LEN - WIRE_IPV4_LEN;
	feed_waits(7, 800, payload, FRAGMENT_LAST);
	feed(7, 0, 800, FRAGMENT_MORE);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, len);
	assert_int_equal(fx.burst.mbuf[0]->nb_segs, 1);
	assert_memory_equal(
		rte_pktmbuf_mtod_offset(fx.burst.mbuf[0], uint8_t *, WIRE_ETHER_LEN + 20),
		expected + WIRE_ETHER_LEN + 20, len - WIRE_ETHER_LEN - 20);
}

/* INT-3: a fragment hides ports from who looks at it alone. */
static void protected_port_in_fragments_drops(void **state)
{
	(void)state;
	fixture_udp(whole, REMOTE, 40000, LOCAL, PORT_S, 100);
	feed_waits(1, 48, 108, FRAGMENT_LAST);
	feed(1, 0, 48, FRAGMENT_MORE);
	fixture_expect_drop(DROP_PLAIN_PROTECTED_PORT);
}

static void bad_shapes_drop(void **state)
{
	unsigned len = plain(400);

	(void)state;
	feed(1, 0, 52, FRAGMENT_MORE);
	fixture_expect_drop(DROP_FRAGMENT_SHAPE);
	feed(1, 8, 8, FRAGMENT_LAST);
	fixture_expect_drop(DROP_FRAGMENT_SHAPE);
	feed(1, 0, 40, FRAGMENT_MORE);
	fixture_expect_drop(DROP_FRAGMENT_TINY);
	/* Two ends, and something behind the end. */
	feed_waits(2, 200, len, FRAGMENT_LAST);
	feed(2, 104, 200, FRAGMENT_LAST);
	expect_drops(DROP_FRAGMENT_SHAPE, 2);
	feed_waits(3, 200, 264, FRAGMENT_LAST);
	feed(3, 264, 400, FRAGMENT_MORE);
	expect_drops(DROP_FRAGMENT_SHAPE, 2);
	feed_waits(4, 264, 400, FRAGMENT_MORE);
	feed(4, 200, 264, FRAGMENT_LAST);
	expect_drops(DROP_FRAGMENT_SHAPE, 2);
}

/* RFC 791 §3.2: a router cuts a fragment again, for 1492 octets, and the rest is small. */
static void fragments_that_were_cut_again(void **state)
{
	unsigned len = plain(2000), head = WIRE_ETHER_LEN + 20;

	(void)state;
	feed_waits(1, 0, 1472, FRAGMENT_MORE);
	feed_waits(1, 1472, 1480, FRAGMENT_MORE);
	feed(1, 1480, len, FRAGMENT_LAST);
	fixture_expect(0, 0); /* cut for the inside link */
	assert_int_equal(fx.burst.pieces, 2);
	assert_memory_equal(
		rte_pktmbuf_mtod_offset(fx.burst.piece[0], uint8_t *, head), whole + head, 1480);
	fixture_free_burst();
	fragment_maker_add_host6();
	fragment_maker_udp6(whole, REMOTE6, 40000, LOCAL6, 5060, 2000);
	feed_waits(1, 0, 1432, FRAGMENT_MORE);
	feed(1, 1432, 1440, FRAGMENT_MORE);
	fixture_expect_drop(DROP_FRAGMENT_TINY);
}

static void too_long_drops(void **state)
{
	(void)state;
	plain(1000);
	fixture_put(piece, fragment_maker_cut(piece, whole, 1, 0, 800, FRAGMENT_LAST));
	bytes_store_be16(piece + WIRE_ETHER_LEN + WIRE_IPV4_FRAGMENT_AT, 0x1fff);
	ip_header_set(piece + WIRE_ETHER_LEN, NET_IPV4, 20, 820, WIRE_PROTOCOL_UDP);
	memcpy(rte_pktmbuf_mtod(fx.burst.mbuf[0], uint8_t *), piece, 60);
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect_drop(DROP_FRAGMENT_TOO_LONG);
}

/* In buffers as an af_packet port has them. */
static void feed_large(unsigned from, unsigned to)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(fx.large);
	size_t len = fragment_maker_cut(piece, whole, 1, from, to, FRAGMENT_MORE);

	assert_non_null(mbuf);
	memcpy(rte_pktmbuf_append(mbuf, (uint16_t)len), piece, len);
	fx.burst.mbuf[fx.burst.count++] = mbuf;
	pipeline_inbound(&fx.path, &fx.burst);
}

/* However long the fragments are, those that wait hold no large buffer. */
static void no_large_buffer_waits(void **state)
{
	(void)state;
	fragment_maker_add_host6();
	fragment_maker_udp6(whole, REMOTE6, 40000, LOCAL6, 5060, 8000);
	feed_large(0, 1448);
	fixture_expect(0, 0);
	assert_int_equal(rte_mempool_avail_count(fx.large), LARGE);
	feed_large(1448, 5448);
	fixture_expect_drop(DROP_FRAGMENT_TOO_LONG);
	assert_int_equal(rte_mempool_avail_count(fx.large), LARGE);
}

/* RFC 5722: all of the packet goes. A copy harms nobody (RFC 8200 §4.5). */
static void overlaps_drop(void **state)
{
	static const struct {
		unsigned from, to;
	} rows[] = {{0, 56}, {48, 104}, {56, 104}, {96, 152}, {104, 152}, {48, 152}, {0, 200}};
	unsigned len = plain(400);

	(void)state;
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool touches = rows[i].to > 48 && rows[i].from < 152;

		feed_waits(i, 48, 152, FRAGMENT_MORE);
		if (rows[i].from == 48 && rows[i].to == 152)
			whole[WIRE_ETHER_LEN + 20 + 60] ^= 1; /* a copy, but for one bit */
		feed(i, rows[i].from, rows[i].to, FRAGMENT_MORE);
		assert_true(touches);
		expect_drops(DROP_FRAGMENT_OVERLAP, 2);
	}
	plain(400);
	feed_waits(99, 48, 152, FRAGMENT_MORE);
	feed(99, 48, 152, FRAGMENT_MORE);
	fixture_expect_drop(DROP_FRAGMENT_DUPLICATE);
	feed_waits(99, 152, len, FRAGMENT_LAST);
	feed(99, 152, len, FRAGMENT_LAST);
	fixture_expect_drop(DROP_FRAGMENT_DUPLICATE);
	feed(99, 0, 48, FRAGMENT_MORE);
	expect_whole(whole, WIRE_ETHER_LEN + 20 + len);
}

static void what_never_becomes_whole_goes(void **state)
{
	unsigned len = plain(400);

	(void)state;
	feed_waits(1, 0, 48, FRAGMENT_MORE);
	feed_waits(1, 96, len, FRAGMENT_LAST);
	reassemble_expire(&fx.path, FRAGMENTS_LIFE_S * TICKS - 1);
	assert_int_equal(fixture_drops(), 0);
	reassemble_expire(&fx.path, FRAGMENTS_LIFE_S * TICKS);
	expect_drops(DROP_FRAGMENT_TIMEOUT, 2);
	assert_int_equal(rte_mempool_avail_count(fx.pool), POOL);
	feed_waits(1, 48, 96, FRAGMENT_MORE); /* alone now */
}

/* At the bound a source's oldest packet goes: who sends under another's address locks nobody out.
 */
static void one_source_has_its_bound(void **state)
{
	unsigned len = plain(400);

	(void)state;
	for (uint32_t id = 0; id < FRAGMENTS_PER_SOURCE; id++)
		feed_waits(id, 0, 48, FRAGMENT_MORE);
	/* What completes its packet costs none. */
	feed(1, 48, len, FRAGMENT_LAST);
	expect_whole(whole, WIRE_ETHER_LEN + 20 + len);
	feed_waits(1000, 0, 48, FRAGMENT_MORE);
	feed(1001, 0, 48, FRAGMENT_MORE);
	assert_int_equal(fx.path.fragments.held, FRAGMENTS_PER_SOURCE);
	expect_drops(DROP_FRAGMENT_SOURCE, 1);
	feed(1001, 48, len, FRAGMENT_LAST);
	expect_whole(whole, WIRE_ETHER_LEN + 20 + len);
	feed(2, 48, len, FRAGMENT_LAST);
	expect_whole(whole, WIRE_ETHER_LEN + 20 + len);
	feed_waits(0, 48, len, FRAGMENT_LAST); /* its first one was the oldest */
	/* Others do not pay for it. */
	fixture_udp(whole, OTHER, 40000, LOCAL, 5060, 400);
	feed_waits(1, 48, len, FRAGMENT_LAST);
	feed(1, 0, 48, FRAGMENT_MORE);
	expect_whole(whole, WIRE_ETHER_LEN + 20 + len);
}

/* A packet of more fragments than a source may have waiting goes itself. */
static void one_packet_has_its_bound(void **state)
{
	(void)state;
	plain(60 * 96);
	for (unsigned i = 0; i < FRAGMENTS_PER_SOURCE; i++)
		feed_waits(1, i * 48, (i + 1) * 48, FRAGMENT_MORE);
	feed(1, FRAGMENTS_PER_SOURCE * 48, FRAGMENTS_PER_SOURCE * 48 + 48, FRAGMENT_MORE);
	expect_drops(DROP_FRAGMENT_SOURCE, FRAGMENTS_PER_SOURCE + 1);
	assert_int_equal(fx.path.fragments.held, 0);
}

/* Whatever outside sends, a host inside may send fragments. */
static void sides_have_their_own_bounds(void **state)
{
	struct fragments *fragments = &fx.path.fragments;
	unsigned len;

	(void)state;
	for (unsigned i = 0; i < FRAGMENTS_BUCKETS; i++)
		fragments->sources[i].held = FRAGMENTS_PER_SOURCE;
	len = 8 + 400;
	fixture_udp(whole, LOCAL, 5060, REMOTE, 40000, 400);
	for (unsigned from = 0; from < len; from += 136) {
		fixture_put(piece,
			fragment_maker_cut(piece, whole, 5, from, from + 136, from + 136 < len));
		pipeline_outbound(&fx.path, &fx.burst);
	}
	expect_whole(whole, WIRE_ETHER_LEN + 20 + len);
	for (unsigned i = 0; i < FRAGMENTS_BUCKETS; i++)
		assert_int_equal(fragments->sources[i].held, FRAGMENTS_PER_SOURCE);
	memset(fragments->sources, 0, sizeof(fragments->sources));
}

/* However many come, buffers are left, and who comes whole at once gets through. */
static void a_flood_holds_a_bounded_number(void **state)
{
	unsigned len = plain(400), flood = 3 * FRAGMENTS_PACKETS;
	uint64_t most = 0;

	(void)state;
	for (uint32_t i = 0; i < flood; i++) {
		bytes_store_be32(whole + WIRE_ETHER_LEN + WIRE_IPV4_SOURCE_AT, 0x0a000000 + i * 77);
		feed(i, 0, 48, FRAGMENT_MORE);
		assert_int_equal(fx.burst.count + fx.burst.passed, 0);
		fixture_free_burst();
		most = RTE_MAX(most, (uint64_t)rte_mempool_in_use_count(fx.pool));
	}
	assert_true(most <= FRAGMENTS_PACKETS + 1);
	assert_int_equal(fx.counters.dropped[DROP_FRAGMENT_FLOOD], flood - FRAGMENTS_PACKETS);
	memset(&fx.counters, 0, sizeof(fx.counters));
	plain(400);
	feed(7, 0, 48, FRAGMENT_MORE);
	assert_int_equal(fx.counters.dropped[DROP_FRAGMENT_FLOOD], 1);
	memset(&fx.counters, 0, sizeof(fx.counters));
	feed(7, 48, len, FRAGMENT_LAST);
	expect_whole(whole, WIRE_ETHER_LEN + 20 + len);
}

/* Nor do many fragments of few packets. */
static void held_fragments_are_bounded(void **state)
{
	(void)state;
	plain(60 * 48);
	for (uint32_t source = 0; source < 40; source++) {
		bytes_store_be32(whole + WIRE_ETHER_LEN + WIRE_IPV4_SOURCE_AT,
			0x0a000000 + source * 1299709);
		for (unsigned i = 1; i < 60; i++) {
			feed(source, i * 48, (i + 1) * 48, FRAGMENT_MORE);
			fixture_free_burst();
			assert_true(rte_mempool_in_use_count(fx.pool) <= FRAGMENTS_HELD + 1);
		}
	}
	assert_true(fx.counters.dropped[DROP_FRAGMENT_FLOOD] > 0);
}

/* Fragments of another network, protocol or identification are of another packet. */
static void strangers_do_not_mix(void **state)
{
	unsigned len = plain(400);
	size_t piece_len;

	(void)state;
	feed_waits(1, 0, 48, FRAGMENT_MORE);
	feed_waits(2, 48, len, FRAGMENT_LAST);
	piece_len = fragment_maker_cut(piece, whole, 1, 48, len, FRAGMENT_LAST);
	memmove(piece + 16, piece + 12, piece_len - 12);
	memcpy(piece + 12, "\x81\0\0\5", 4);
	fixture_put(piece, piece_len + 4);
	pipeline_inbound(&fx.path, &fx.burst);
	fixture_expect(0, 0);
	whole[WIRE_ETHER_LEN + WIRE_IPV4_PROTOCOL_AT] = WIRE_PROTOCOL_ICMP;
	feed_waits(1, 48, len, FRAGMENT_LAST);
}

/* IEEE 802.1Q: the priority of a tag does not name the network. */
static void priorities_mix(void **state)
{
	unsigned len = plain(400);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		size_t piece_len =
			fragment_maker_cut(piece, whole, 1, i ? 48 : 0, i ? len : 48, i == 0);

		memmove(piece + 16, piece + 12, piece_len - 12);
		memcpy(piece + 12, i ? "\x81\0\xb1\5" : "\x81\0\1\5", 4);
		fixture_put(piece, piece_len + 4);
		pipeline_inbound(&fx.path, &fx.burst);
		fixture_expect(0, i);
	}
}

static void fragments_to_others_drop_at_once(void **state)
{
	(void)state;
	fixture_udp(whole, REMOTE, 40000, OTHER, 5060, 400);
	feed(1, 0, 48, FRAGMENT_MORE);
	fixture_expect_drop(DROP_OTHER_HOST);
	fixture_udp(whole, LOCAL, 40000, LOCAL, 5060, 400);
	feed(1, 0, 48, FRAGMENT_MORE);
	fixture_expect_drop(DROP_REFLECTED);
}

/* --- any packets, cut anywhere, in any order --- */

#define PACKETS    6
#define PIECES_MAX 8
#define LEN_MAX    3000

static struct {
	uint8_t frame[LEN_MAX + 200], expected[LEN_MAX + 200];
	size_t len;
	bool seen;
} packets[PACKETS];

static struct {
	uint8_t frame[LEN_MAX + 200];
	size_t len;
} pieces[PACKETS * PIECES_MAX];

static unsigned piece_count;

static unsigned draw(unsigned below)
{
	return (unsigned)random() % below;
}

/* Plain or sealed IPv4, or plain IPv6; the first octets of the payload number it. */
static void make_packet(unsigned i, const struct sa_parameters *sa, uint32_t number)
{
	size_t len = 8 + draw(LEN_MAX - 100);
	uint8_t *frame = packets[i].frame;
	unsigned kind = draw(3);

	packets[i].seen = false;
	if (kind == 0)
		packets[i].len = fragment_maker_udp6(frame, REMOTE6, 40000, LOCAL6, 5060, len);
	else
		packets[i].len = fixture_udp(frame, REMOTE, kind == 1 ? 40000 : PORT_UC, LOCAL,
			kind == 1 ? 5060 : PORT_S, len);
	bytes_store_be32(frame + packets[i].len - len, i);
	memcpy(packets[i].expected, frame, packets[i].len);
	if (kind == 2)
		(void)fixture_esp(frame, packets[i].len, sa, number);
}

static void put_piece(unsigned i, uint32_t id, unsigned from, unsigned to, unsigned len)
{
	uint8_t *out = pieces[piece_count].frame;

	if (to - from == len) {
		pieces[piece_count].len =
			WIRE_ETHER_LEN + len +
			(packets[i].frame[WIRE_ETHER_LEN] >> 4 == 4 ? WIRE_IPV4_LEN
								    : WIRE_IPV6_LEN);
		memcpy(out, packets[i].frame, pieces[piece_count].len);
	} else {
		pieces[piece_count].len =
			fragment_maker_cut(out, packets[i].frame, id, from, to, to < len);
	}
	piece_count++;
}

static void cut_packet(unsigned i)
{
	const uint8_t *ip = packets[i].frame + WIRE_ETHER_LEN;
	unsigned len = ip[0] >> 4 == 4 ? bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT) - WIRE_IPV4_LEN
				       : bytes_load_be16(ip + WIRE_IPV6_PAYLOAD_AT);
	unsigned from = 0, longest = 1440, left = 1 + draw(PIECES_MAX);
	static uint32_t id;

	id++;
	while (from < len) {
		unsigned to = from + 48 + 8 * draw((longest - 48) / 8);

		if (left-- <= 1 + len / longest)
			to = from + longest;
		to = to < len ? to : len;
		put_piece(i, id, from, to, len);
		from = to;
	}
}

static void see(const struct rte_mbuf *mbuf)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);
	bool ipv4 = frame[WIRE_ETHER_LEN] >> 4 == 4;
	unsigned head = WIRE_ETHER_LEN + (ipv4 ? WIRE_IPV4_LEN : WIRE_IPV6_LEN);
	uint32_t i = bytes_load_be32(frame + head + 8);

	assert_true(i < PACKETS && !packets[i].seen);
	packets[i].seen = true;
	assert_int_equal(mbuf->pkt_len, packets[i].len);
	if (ipv4) { /* the fragments had an identification */
		bytes_store_be16(packets[i].expected + WIRE_ETHER_LEN + WIRE_IPV4_ID_AT,
			bytes_load_be16(frame + WIRE_ETHER_LEN + WIRE_IPV4_ID_AT));
		ip_header_set(packets[i].expected + WIRE_ETHER_LEN, NET_IPV4, WIRE_IPV4_LEN,
			(unsigned)packets[i].len - WIRE_ETHER_LEN, WIRE_PROTOCOL_UDP);
	}
	assert_memory_equal(frame, packets[i].expected, packets[i].len);
}

static void receive_shuffled(void)
{
	for (unsigned i = 0; i < piece_count; i++) {
		unsigned j = i + draw(piece_count - i);

		fixture_put(pieces[j].frame, pieces[j].len);
		memmove(&pieces[j], &pieces[i], sizeof(pieces[j]));
		if (draw(4) != 0 && i + 1 < piece_count)
			continue;
		pipeline_inbound(&fx.path, &fx.burst);
		for (unsigned k = 0; k < fx.burst.count; k++)
			see(fx.burst.mbuf[k]);
		for (unsigned k = 0; k < fx.burst.passed; k++)
			see(fx.burst.pass[k]);
		fixture_free_burst();
	}
}

static void any_packets_in_any_order(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_MD5_96);
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	uint32_t number = 100;

	(void)state;
	print_message("# SEED=%u\n", seed);
	srandom(seed);
	(void)fixture_add(&sa);
	fragment_maker_add_host6();
	fx.path.inside.mtu = 9000;
	for (unsigned round = 0; round < 300; round++) {
		piece_count = 0;
		for (unsigned i = 0; i < PACKETS; i++) {
			make_packet(i, &sa, number++);
			cut_packet(i);
		}
		receive_shuffled();
		assert_int_equal(fixture_drops(), 0);
		for (unsigned i = 0; i < PACKETS; i++)
			assert_true(packets[i].seen);
		assert_int_equal(fx.path.fragments.held, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("P-ESP ESP in fragments is opened", esp_in_fragments_is_opened),
		T("INT-3 protected port in fragments drops", protected_port_in_fragments_drops),
		T("P-ESP bad shapes drop", bad_shapes_drop),
		T("P-ESP fragments that were cut again", fragments_that_were_cut_again),
		T("P-ESP too long drops", too_long_drops),
		T("P-ESP no large buffer waits", no_large_buffer_waits),
		T("INT-3 overlaps drop", overlaps_drop),
		T("P-ESP what never becomes whole goes", what_never_becomes_whole_goes),
		T("P-ESP one source has its bound", one_source_has_its_bound),
		T("P-ESP one packet has its bound", one_packet_has_its_bound),
		T("P-ESP sides have their own bounds", sides_have_their_own_bounds),
		T("P-ESP a flood holds a bounded number", a_flood_holds_a_bounded_number),
		T("P-ESP held fragments are bounded", held_fragments_are_bounded),
		T("INT-3 strangers do not mix", strangers_do_not_mix),
		T("P-ESP priorities mix", priorities_mix),
		T("INT-3 fragments to others drop at once", fragments_to_others_drop_at_once),
		T("P-ESP any packets in any order", any_packets_in_any_order),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
