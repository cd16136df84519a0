/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside: ESP through the whole pipeline. */
#include "pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#define SPI  0x80000100u
#define HEAD (WIRE_ETHER_LEN + WIRE_IPV4_LEN)

static const enum sa_algorithm algorithms[] = {SA_HMAC_MD5_96, SA_HMAC_SHA_1_96};

static uint8_t frame[2048];

/* A genuine packet of the SA with len octets of UDP payload, in frame. */
static size_t genuine(const struct sa_parameters *sa, uint32_t number, size_t len)
{
	size_t plain = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, len);

	return fixture_esp(frame, plain, sa, number);
}

static void receive(size_t len)
{
	fixture_put(frame, len);
	pipeline_inbound(&fx.path, &fx.burst);
}

static struct sa_parameters add_inbound(enum sa_algorithm algorithm)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, algorithm);

	(void)fixture_add(&sa);
	return sa;
}

static void every_payload_length_comes_out_as_it_was(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 2; a++) {
		struct sa_parameters sa = fixture_sa(SPI + a, SA_INBOUND, algorithms[a]);
		uint64_t handle = fixture_add(&sa);

		for (uint32_t len = 0; len <= 200; len++) {
			uint8_t plain[512];
			size_t plain_len = fixture_udp(plain, REMOTE, PORT_UC, LOCAL, PORT_S, len);

			receive(genuine(&sa, len + 1, len));
			fixture_expect(1, 0);
			assert_int_equal(fx.burst.mbuf[0]->pkt_len, plain_len);
			assert_memory_equal(
				rte_pktmbuf_mtod(fx.burst.mbuf[0], uint8_t *), plain, plain_len);
			fixture_free_burst();
		}
		assert_int_equal(fixture_entry(handle)->packets, 201);
		assert_int_equal(fixture_entry(handle)->top, 201);
	}
	assert_int_equal(fx.counters.esp_in, 402);
}

static void replayed_packet_drops(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);
	size_t len = genuine(&sa, 100, 20);

	(void)state;
	receive(len);
	fixture_expect(1, 0);
	fixture_free_burst();
	receive(len);
	fixture_expect_drop(DROP_REPLAY_DUPLICATE);
	receive(genuine(&sa, 36, 20));
	fixture_expect_drop(DROP_REPLAY_OLD);
	receive(genuine(&sa, 37, 20));
	fixture_expect(1, 0);
	fixture_free_burst();
	receive(genuine(&sa, 0, 20));
	fixture_expect_drop(DROP_SEQUENCE_ZERO);
}

static void two_copies_in_one_burst(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_MD5_96);
	size_t len = genuine(&sa, 7, 20);

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		fixture_put(frame, len);
	pipeline_inbound(&fx.path, &fx.burst);
	assert_int_equal(fx.burst.count, 1);
	assert_int_equal(fx.burst.dropped, 4);
	assert_int_equal(fx.counters.dropped[DROP_REPLAY_DUPLICATE], 4);
	assert_int_equal(fixture_drops(), 4);
}

/* Numbers that were within the window at the early check, and left of it once another packet of
 * the same burst had moved it. */
static void window_moves_within_a_burst(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);

	(void)state;
	fixture_put(frame, genuine(&sa, 1000, 20));
	fixture_put(frame, genuine(&sa, 936, 20));
	fixture_put(frame, genuine(&sa, 937, 20));
	pipeline_inbound(&fx.path, &fx.burst);
	assert_int_equal(fx.burst.count, 2);
	assert_int_equal(fx.counters.dropped[DROP_REPLAY_OLD], 1);
}

static void forged_packet_moves_nothing(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);
	struct sa_entry *entry = fixture_entry(fixture_add(&sa)), before;
	size_t len = genuine(&sa, UINT32_MAX, 20);

	(void)state;
	before = *entry;
	frame[len - 1] ^= 1;
	receive(len);
	fixture_expect_drop(DROP_ICV);
	assert_memory_equal(entry, &before, sizeof(before));
	receive(genuine(&sa, 1, 20));
	fixture_expect(1, 0);
}

/* All that the ICV covers, and the ICV itself. */
static void every_flipped_bit_drops(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_MD5_96);
	size_t len = genuine(&sa, 1, 9);

	(void)state;
	for (size_t bit = 8 * (HEAD + 4); bit < 8 * len; bit++) {
		frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
		receive(len);
		/* The number may also become 0; here it does: 1 ^ 1. */
		fixture_expect_drop(bit == 8 * (HEAD + 7) ? DROP_SEQUENCE_ZERO : DROP_ICV);
		frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	receive(len);
	fixture_expect(1, 0);
}

/* Verdicts belong to packets, not to places: the lanes come back in any order. */
static void one_bad_icv_at_each_position(void **state)
{
	struct sa_parameters sas[2] = {fixture_sa(SPI, SA_INBOUND, SA_HMAC_MD5_96),
		fixture_sa(SPI + 1, SA_INBOUND, SA_HMAC_SHA_1_96)};
	uint32_t number = 1;

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		(void)fixture_add(&sas[i]);
	for (unsigned mixed = 0; mixed < 3; mixed++) {
		for (unsigned bad = 0; bad < BURST_MAX; bad++) {
			struct rte_mbuf *victim = NULL;

			for (unsigned i = 0; i < BURST_MAX; i++, number++) {
				const struct sa_parameters *sa = &sas[mixed == 2 ? i % 2 : mixed];
				size_t len = genuine(sa, number, i * 7);
				struct rte_mbuf *mbuf;

				if (i == bad)
					frame[len - 12] ^= 0x80;
				mbuf = fixture_put(frame, len);
				if (i == bad)
					victim = mbuf;
			}
			pipeline_inbound(&fx.path, &fx.burst);
			assert_int_equal(fx.burst.count, BURST_MAX - 1);
			assert_int_equal(fx.burst.dropped, 1);
			assert_ptr_equal(fx.burst.drop[0], victim);
			fixture_free_burst();
		}
	}
	assert_int_equal(fx.counters.dropped[DROP_ICV], 3 * BURST_MAX);
	assert_int_equal(fixture_drops(), 3 * BURST_MAX);
}

static void bad_lengths_drop(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);

	(void)state;
	for (unsigned len = 0; len < 64; len++) {
		uint8_t *esp = fixture_ipv4(frame, REMOTE, LOCAL, WIRE_PROTOCOL_ESP, len);

		memset(esp, 0, len);
		if (len >= 8) {
			bytes_store_be32(esp, sa.spi);
			bytes_store_be32(esp + 4, 1);
		}
		receive(HEAD + len);
		fixture_expect_drop(len < 24 || len % 4 ? DROP_ESP_LENGTH : DROP_ICV);
	}
}

static void unknown_spi_drops(void **state)
{
	static const uint32_t spis[] = {0, 1, 255, 256, SPI - 1, SPI + 1, UINT32_MAX};
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);

	(void)state;
	for (size_t i = 0; i < sizeof(spis) / sizeof(spis[0]); i++) {
		sa.spi = spis[i];
		receive(genuine(&sa, 1, 20));
		fixture_expect_drop(DROP_SPI_UNKNOWN);
	}
}

/* INT-2: what the gateway sent to the UE, thrown back with the addresses swapped. */
static void own_packet_thrown_back_is_named(void **state)
{
	struct sa_parameters out = fixture_sa(0x1234, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	size_t len;

	(void)state;
	(void)fixture_add(&out);
	len = fixture_udp(frame, REMOTE, PORT_S, LOCAL, PORT_UC, 20);
	receive(fixture_esp(frame, len, &out, 1));
	fixture_expect_drop(DROP_REFLECTED);
	len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 20); /* ports swapped too */
	receive(fixture_esp(frame, len, &out, 1));
	fixture_expect_drop(DROP_REFLECTED);
	len = fixture_udp(frame, OTHER, PORT_UC, LOCAL, PORT_S, 20); /* from somebody else */
	receive(fixture_esp(frame, len, &out, 1));
	fixture_expect_drop(DROP_SPI_UNKNOWN);
	out.spi++;
	len = fixture_udp(frame, REMOTE, PORT_UC, LOCAL, PORT_S, 20);
	receive(fixture_esp(frame, len, &out, 1));
	fixture_expect_drop(DROP_SPI_UNKNOWN);
}

/* What is known of a packet moves up with it when others before it drop. */
static void mixed_burst_keeps_each_packet_together(void **state)
{
	struct sa_parameters sa = add_inbound(SA_HMAC_SHA_1_96);
	struct sa_parameters other = fixture_sa(SPI + 1, SA_INBOUND, SA_HMAC_MD5_96);
	uint8_t *ip = frame + WIRE_ETHER_LEN;
	size_t len;

	(void)state;
	other.ports[0] = (struct sa_port_pair){PORT_C, PORT_US};
	(void)fixture_add(&other);
	fixture_put(frame, 13);
	len = genuine(&sa, 50, 20);
	frame[len - 1] ^= 1;
	fixture_put(frame, len);
	fixture_put(frame, genuine(&sa, 1, 20));
	len = genuine(&sa, 60, 21); /* a fragment that does not end at a multiple of 8 */
	bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, 0x2000);
	ip_header_set(ip, NET_IPV4, 20, (unsigned)len - WIRE_ETHER_LEN, WIRE_PROTOCOL_ESP);
	fixture_put(frame, len);
	fixture_put(frame, fixture_udp(frame, REMOTE, PORT_UC, LOCAL, 5060, 30));
	fixture_put(frame, genuine(&sa, 2, 100));
	len = fixture_udp(frame, REMOTE, PORT_US, LOCAL, PORT_C, 40);
	fixture_put(frame, fixture_esp(frame, len, &other, 7));
	pipeline_inbound(&fx.path, &fx.burst);
	assert_int_equal(fx.burst.count, 3);
	assert_int_equal(fx.burst.passed, 1);
	assert_int_equal(fx.burst.dropped, 3);
	assert_int_equal(fx.counters.dropped[DROP_FRAME_TRUNCATED], 1);
	assert_int_equal(fx.counters.dropped[DROP_ICV], 1);
	assert_int_equal(fx.counters.dropped[DROP_FRAGMENT_SHAPE], 1);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, FRAME_UDP + 20);
	assert_int_equal(fx.burst.mbuf[1]->pkt_len, FRAME_UDP + 100);
	assert_int_equal(fx.burst.mbuf[2]->pkt_len, FRAME_UDP + 40);
	assert_int_equal(fx.burst.pass[0]->pkt_len, FRAME_UDP + 30);
	fixture_free_burst();
	memset(&fx.counters, 0, sizeof(fx.counters));
	for (uint32_t number = 1; number <= 2; number++) {
		receive(genuine(&sa, number, 20));
		fixture_expect_drop(DROP_REPLAY_DUPLICATE);
	}
	receive(genuine(&sa, 3, 20));
	fixture_expect(1, 0);
}

/* What is between Ethernet and IP stays there, both ways. */
static void tags_stay(void **state)
{
	static const uint8_t tags[] = {0x88, 0xa8, 0, 100, 0x81, 0, 0x20, 7};
	struct sa_parameters sas[2] = {
		add_inbound(SA_HMAC_SHA_1_96), fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96)};

	(void)state;
	(void)fixture_add(&sas[1]);
	for (uint32_t i = 0; i < 4; i++) {
		size_t tags_len = 4 + 4 * (i % 2), len, plain_len;
		uint8_t plain[256], sealed[256];
		bool out = i > 1;

		plain_len = fixture_udp(plain, out ? LOCAL : REMOTE, out ? PORT_S : PORT_UC,
			out ? REMOTE : LOCAL, out ? PORT_UC : PORT_S, 20);
		memcpy(sealed, plain, plain_len);
		len = fixture_esp(sealed, plain_len, &sas[out], i % 2 + 1);
		memmove(plain + 12 + tags_len, plain + 12, plain_len - 12);
		memcpy(plain + 12, tags, tags_len);
		memmove(sealed + 12 + tags_len, sealed + 12, len - 12);
		memcpy(sealed + 12, tags, tags_len);
		fixture_put(out ? plain : sealed, tags_len + (out ? plain_len : len));
		if (out)
			pipeline_outbound(&fx.path, &fx.burst);
		else
			pipeline_inbound(&fx.path, &fx.burst);
		fixture_expect(1, 0);
		assert_int_equal(fx.burst.mbuf[0]->pkt_len, tags_len + (out ? len : plain_len));
		assert_memory_equal(rte_pktmbuf_mtod(fx.burst.mbuf[0], uint8_t *),
			out ? sealed : plain, fx.burst.mbuf[0]->pkt_len);
		fixture_free_burst();
	}
}

static void esp_over_ipv6(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint8_t *ip = frame + WIRE_ETHER_LEN, *esp = ip + WIRE_IPV6_LEN;
	struct sa_entry *entry;
	struct icv_packet packet;
	uint8_t chained[128];

	(void)state;
	sa.local.family = sa.remote.family = NET_IPV6;
	memset(sa.local.bytes, 0x20, 16);
	memset(sa.remote.bytes, 0x21, 16);
	policy_add_host(&fx.policy, &sa.local, fx.rules);
	entry = fixture_entry(fixture_add(&sa));
	memset(frame, 0, 256);
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
	ip[0] = 0x60;
	memcpy(ip + WIRE_IPV6_SOURCE_AT, sa.remote.bytes, 16);
	memcpy(ip + WIRE_IPV6_TARGET_AT, sa.local.bytes, 16);
	ip_header_set(ip, NET_IPV6, 40, 40 + 8 + 8 + 4 + 12, WIRE_PROTOCOL_ESP);
	bytes_store_be32(esp, SPI);
	bytes_store_be32(esp + 4, 1);
	fixture_udp_header(esp + 8, PORT_UC, PORT_S, 0);
	memcpy(esp + 16, "\1\2\2\x11", 4);
	packet = (struct icv_packet){.sa = entry, .data = esp, .len = 20, .tag = esp + 20};
	icv_compute(fx.path.icv, &packet, 1);
	/* Behind destination options: the last header of the chain names what is in it. */
	memcpy(chained, frame, WIRE_ETHER_LEN + 40);
	memcpy(chained + WIRE_ETHER_LEN + 40, "\x32\0\1\4\0\0\0\0", 8);
	memcpy(chained + WIRE_ETHER_LEN + 48, esp, 32);
	ip_header_set(chained + WIRE_ETHER_LEN, NET_IPV6, 40, 48 + 32, WIRE_DESTINATION);
	fixture_put(chained, WIRE_ETHER_LEN + 48 + 32);
	fixture_put(frame, WIRE_ETHER_LEN + 40 + 32);
	pipeline_inbound(&fx.path, &fx.burst);
	assert_int_equal(fx.counters.dropped[DROP_REPLAY_DUPLICATE], 1);
	assert_int_equal(fx.burst.count, 1);
	ip = rte_pktmbuf_mtod_offset(fx.burst.mbuf[0], uint8_t *, WIRE_ETHER_LEN);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, WIRE_ETHER_LEN + 48 + 8);
	assert_int_equal(bytes_load_be16(ip + WIRE_IPV6_PAYLOAD_AT), 16);
	assert_int_equal(ip[WIRE_IPV6_NEXT_AT], WIRE_DESTINATION);
	assert_int_equal(ip[40], WIRE_PROTOCOL_UDP);
	fixture_free_burst();
	memset(&fx.counters, 0, sizeof(fx.counters));
	entry->window = entry->top = 0;
	receive(WIRE_ETHER_LEN + 40 + 32);
	fixture_expect(1, 0);
	ip = rte_pktmbuf_mtod_offset(fx.burst.mbuf[0], uint8_t *, WIRE_ETHER_LEN);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, WIRE_ETHER_LEN + 48);
	assert_int_equal(bytes_load_be16(ip + WIRE_IPV6_PAYLOAD_AT), 8);
	assert_int_equal(ip[WIRE_IPV6_NEXT_AT], WIRE_PROTOCOL_UDP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("P-ESP every payload length comes out as it was",
			every_payload_length_comes_out_as_it_was),
		T("INT-2 replayed packet drops", replayed_packet_drops),
		T("INT-6 two copies in one burst", two_copies_in_one_burst),
		T("INT-6 window moves within a burst", window_moves_within_a_burst),
		T("P-ESP forged packet moves nothing", forged_packet_moves_nothing),
		T("P-ERR every flipped bit drops", every_flipped_bit_drops),
		T("P-ESP one bad ICV at each position", one_bad_icv_at_each_position),
		T("P-ESP bad lengths drop", bad_lengths_drop),
		T("P-SPI unknown SPI drops", unknown_spi_drops),
		T("INT-2 own packet thrown back is named", own_packet_thrown_back_is_named),
		T("P-ESP mixed burst keeps each packet together",
			mixed_burst_keeps_each_packet_together),
		T("P-ESP tags stay", tags_stay),
		T("P-ESP ESP over IPv6", esp_over_ipv6),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
