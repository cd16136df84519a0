/* SPDX-License-Identifier: BSD-3-Clause */
/* From inside: what the protected host sends, through the whole pipeline. */
#include "pipeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#define SPI 0x1234u

static const enum sa_algorithm algorithms[] = {SA_HMAC_MD5_96, SA_HMAC_SHA_1_96};

static uint8_t frame[2048];

static void send_frame(size_t len)
{
	fixture_put(frame, len);
	pipeline_outbound(&fx.path, &fx.burst);
}

static void send_udp(uint16_t source_port, uint16_t target_port, size_t len)
{
	send_frame(fixture_udp(frame, LOCAL, source_port, REMOTE, target_port, len));
}

/* What a UE would make of it: the same builder that the inbound tests use, other direction. */
static void every_payload_length_is_wrapped(void **state)
{
	(void)state;
	for (unsigned a = 0; a < 2; a++) {
		struct sa_parameters sa = fixture_sa(SPI + a, SA_OUTBOUND, algorithms[a]);
		uint64_t handle = fixture_add(&sa);

		for (uint32_t len = 0; len <= 200; len++) {
			uint8_t expected[512];
			size_t expected_len =
				fixture_udp(expected, LOCAL, PORT_S, REMOTE, PORT_UC, len);

			expected_len = fixture_esp(expected, expected_len, &sa, len + 1);
			send_udp(PORT_S, PORT_UC, len);
			fixture_expect(1, 0);
			assert_int_equal(fx.burst.mbuf[0]->pkt_len, expected_len);
			assert_memory_equal(rte_pktmbuf_mtod(fx.burst.mbuf[0], uint8_t *), expected,
				expected_len);
			fixture_free_burst();
		}
		assert_int_equal(fixture_entry(handle)->packets, 201);
		assert_int_equal(sa_table_delete(&fx.path.table, handle), 0);
	}
	assert_int_equal(fx.counters.esp_out, 402);
}

static void numbers_rise_within_a_burst(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	size_t len = fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, 30);

	(void)state;
	(void)fixture_add(&sa);
	for (unsigned i = 0; i < BURST_MAX; i++)
		fixture_put(frame, len);
	pipeline_outbound(&fx.path, &fx.burst);
	fixture_expect(BURST_MAX, 0);
	for (unsigned i = 0; i < BURST_MAX; i++) {
		const uint8_t *esp = rte_pktmbuf_mtod_offset(
			fx.burst.mbuf[i], uint8_t *, WIRE_ETHER_LEN + WIRE_IPV4_LEN);

		assert_int_equal(bytes_load_be32(esp), SPI);
		assert_int_equal(bytes_load_be32(esp + 4), i + 1);
	}
}

/* RFC 4303 §3.3.3: the number never wraps, and none is sent twice. */
static void last_number_is_the_last_packet(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	struct sa_entry *entry = fixture_entry(fixture_add(&sa));

	(void)state;
	entry->top = UINT32_MAX - 1;
	send_udp(PORT_S, PORT_UC, 10);
	fixture_expect(1, 0);
	fixture_free_burst();
	for (unsigned i = 0; i < 3; i++) {
		send_udp(PORT_S, PORT_UC, 10);
		fixture_expect_drop(DROP_OUT_SEQUENCE_END);
		assert_int_equal(entry->top, UINT32_MAX);
	}
}

static void protected_port_without_sa_drops(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);

	(void)state;
	(void)fixture_add(&sa);
	send_udp(PORT_S, PORT_UC + 1, 10);
	fixture_expect_drop(DROP_OUT_NO_SA);
	send_udp(PORT_C, PORT_UC, 10);
	fixture_expect_drop(DROP_OUT_NO_SA);
	send_frame(fixture_udp(frame, LOCAL, PORT_S, OTHER, PORT_UC, 10));
	fixture_expect_drop(DROP_OUT_NO_SA);
	for (size_t len = 0; len < WIRE_PORTS_LEN; len++) {
		memset(fixture_ipv4(frame, LOCAL, REMOTE, WIRE_PROTOCOL_UDP, len), 0, len);
		send_frame(WIRE_ETHER_LEN + WIRE_IPV4_LEN + len);
		fixture_expect_drop(DROP_OUT_NO_SA);
	}
}

/* An SA for any port takes what no closer one does; what no SA takes is judged as ever. */
static void any_port_is_wrapped(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	struct sa_parameters any = fixture_sa(SPI + 1, SA_OUTBOUND, SA_HMAC_MD5_96);
	struct sa_entry *entry, *any_entry;

	(void)state;
	any.ports[0].remote = SA_PORT_ANY;
	entry = fixture_entry(fixture_add(&sa));
	any_entry = fixture_entry(fixture_add(&any));
	for (unsigned i = 0; i < BURST_MAX; i++)
		fixture_put(frame, fixture_udp(frame, LOCAL, PORT_S, REMOTE,
					   (uint16_t)(PORT_UC + i % 2 * i), 30));
	pipeline_outbound(&fx.path, &fx.burst);
	fixture_expect(BURST_MAX, 0);
	for (unsigned i = 0; i < BURST_MAX; i++)
		assert_int_equal(bytes_load_be32(rte_pktmbuf_mtod_offset(fx.burst.mbuf[i],
					 uint8_t *, WIRE_ETHER_LEN + WIRE_IPV4_LEN)),
			i % 2 ? SPI + 1 : SPI);
	assert_int_equal(entry->top, BURST_MAX / 2);
	assert_int_equal(any_entry->top, BURST_MAX / 2);
	fixture_free_burst();
	send_udp(PORT_C, PORT_UC, 10);
	fixture_expect_drop(DROP_OUT_NO_SA);
}

static void each_host_has_its_ports(void **state)
{
	const struct net_address host = {.bytes = {198, 51, 100, 24}, .family = NET_IPV4};
	struct policy_rules *rules = policy_add_rules(&fx.policy, 0);

	(void)state;
	policy_add_host(&fx.policy, &host, rules);
	policy_set_port(rules->protected_ports, PORT_UC);
	send_frame(fixture_udp(frame, OTHER, PORT_UC, REMOTE, PORT_US, 10));
	fixture_expect_drop(DROP_OUT_NO_SA);
	send_frame(fixture_udp(frame, OTHER, PORT_S, REMOTE, PORT_US, 10));
	fixture_expect(0, 1);
	fixture_free_burst();
	send_udp(PORT_UC, PORT_US, 10);
	fixture_expect(0, 1);
}

/* That a protected host sent the packet before it says nothing of the next one. */
static void each_packet_is_judged_for_itself(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);

	(void)state;
	(void)fixture_add(&sa);
	fixture_put(frame, fixture_udp(frame, "\0\0\0\0", PORT_S, REMOTE, PORT_UC, 10));
	fixture_put(frame, fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, 10));
	fixture_put(frame, fixture_udp(frame, OTHER, PORT_S, REMOTE, PORT_UC, 10));
	memset(fixture_ipv4(frame, LOCAL, REMOTE, WIRE_PROTOCOL_UDP, WIRE_PORTS_LEN - 1), 0,
		WIRE_PORTS_LEN - 1);
	fixture_put(frame, WIRE_ETHER_LEN + WIRE_IPV4_LEN + WIRE_PORTS_LEN - 1);
	fixture_put(frame, fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, 10));
	pipeline_outbound(&fx.path, &fx.burst);
	assert_int_equal(fx.burst.count, 2);
	assert_int_equal(fx.burst.passed, 2);
	assert_int_equal(fx.counters.dropped[DROP_OUT_NO_SA], 1);
	fixture_free_burst();
}

static void transport_outside_the_sa_drops(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);

	(void)state;
	sa.transports = SA_TRANSPORT_TCP;
	(void)fixture_add(&sa);
	send_udp(PORT_S, PORT_UC, 10);
	fixture_expect_drop(DROP_OUT_NO_SA);
	/* Nor beside an SA whose port the policy does not name. */
	sa = fixture_sa(SPI + 1, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	sa.transports = SA_TRANSPORT_TCP;
	sa.ports[0].local = 7000;
	sa.port_pairs = 1;
	(void)fixture_add(&sa);
	send_udp(7000, sa.ports[0].remote, 10);
	fixture_expect_drop(DROP_OUT_NO_SA);
}

static void all_else_passes_untouched(void **state)
{
	size_t len;

	(void)state;
	send_udp(5060, PORT_UC, 10);
	fixture_expect(0, 1);
	len = fixture_udp(frame, LOCAL, 5060, REMOTE, PORT_UC, 10);
	assert_int_equal(fx.burst.pass[0]->pkt_len, len);
	assert_memory_equal(rte_pktmbuf_mtod(fx.burst.pass[0], uint8_t *), frame, len);
	fixture_free_burst();
	send_frame(fixture_udp(frame, OTHER, PORT_S, REMOTE, PORT_UC, 10)); /* not protected */
	fixture_expect(0, 1);
	fixture_free_burst();
	memset(fixture_ipv4(frame, LOCAL, REMOTE, WIRE_PROTOCOL_ICMP, 8), 0, 8);
	send_frame(WIRE_ETHER_LEN + WIRE_IPV4_LEN + 8);
	fixture_expect(0, 1);
	fixture_free_burst();
	memset(frame, 0, 42);
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_ARP);
	send_frame(42);
	fixture_expect(0, 1);
	assert_int_equal(fx.counters.plain_out, 4);
}

static void what_hides_its_ports_drops(void **state)
{
	struct net_address host = {.family = NET_IPV6};
	uint8_t *ip = frame + WIRE_ETHER_LEN;

	(void)state;
	memset(host.bytes, 0x20, 16);
	policy_add_host(&fx.policy, &host, fx.rules);
	memset(frame, 0, 80);
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
	ip[0] = 0x60;
	ip[5] = 16;
	ip[WIRE_IPV6_NEXT_AT] = WIRE_AUTHENTICATION;
	memset(ip + WIRE_IPV6_SOURCE_AT, 0x20, 16);
	send_frame(WIRE_ETHER_LEN + WIRE_IPV6_LEN + 16);
	fixture_expect_drop(DROP_IP_EXTENSION);
}

static void too_big_drops_and_takes_no_number(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	struct sa_entry *entry = fixture_entry(fixture_add(&sa));

	(void)state;
	/* 20 IP + 8 ESP + 8 UDP + payload + 2 + 12 = 1500 where it needs no padding */
	send_udp(PORT_S, PORT_UC, 1450);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, WIRE_ETHER_LEN + 1500);
	fixture_free_burst();
	fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, 1451);
	bytes_store_be16(frame + WIRE_ETHER_LEN + WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_DONT);
	ip_header_set(frame + WIRE_ETHER_LEN, NET_IPV4, 20, 28 + 1451, WIRE_PROTOCOL_TCP);
	send_frame(FRAME_UDP + 1451);
	fixture_expect_drop(DROP_OUT_TOO_BIG);
	assert_int_equal(entry->top, 1);
}

/* A buffer that leaves ESP no room in front or behind is changed for a larger one. */
static void no_room_around_the_packet(void **state)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_OUTBOUND, SA_HMAC_SHA_1_96);
	struct rte_mbuf *mbuf, *taken[LARGE];
	size_t len = fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, 10);
	uint8_t expected[512];

	(void)state;
	(void)fixture_add(&sa);
	for (uint32_t number = 1; number <= 2; number++) {
		mbuf = fixture_put(frame, len);
		if (number == 1)
			mbuf->data_off = 7;
		else
			mbuf->data_off = (uint16_t)(mbuf->buf_len - len - 16);
		memcpy(rte_pktmbuf_mtod(mbuf, void *), frame, len);
		pipeline_outbound(&fx.path, &fx.burst);
		fixture_expect(1, 0);
		memcpy(expected, frame, len);
		assert_int_equal(
			fx.burst.mbuf[0]->pkt_len, fixture_esp(expected, len, &sa, number));
		assert_memory_equal(rte_pktmbuf_mtod(fx.burst.mbuf[0], uint8_t *), expected,
			fx.burst.mbuf[0]->pkt_len);
		fixture_free_burst();
	}
	assert_int_equal(rte_pktmbuf_alloc_bulk(fx.large, taken, LARGE), 0);
	mbuf = fixture_put(frame, len);
	mbuf->data_off = 0;
	memcpy(rte_pktmbuf_mtod(mbuf, void *), frame, len);
	pipeline_outbound(&fx.path, &fx.burst);
	fixture_expect_drop(DROP_NO_BUFFER);
	rte_pktmbuf_free_bulk(taken, LARGE);
}

static void bad_frames_from_inside_drop(void **state)
{
	(void)state;
	send_frame(13);
	fixture_expect_drop(DROP_FRAME_TRUNCATED);
	fixture_udp(frame, LOCAL, PORT_S, REMOTE, PORT_UC, 10);
	frame[WIRE_ETHER_LEN + 8] ^= 1;
	send_frame(FRAME_UDP + 10);
	fixture_expect_drop(DROP_IP_CHECKSUM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("P-ESP every payload length is wrapped", every_payload_length_is_wrapped),
		T("P-ESP numbers rise within a burst", numbers_rise_within_a_burst),
		T("P-ESP the last number is the last packet", last_number_is_the_last_packet),
		T("INT-3 protected port without SA drops", protected_port_without_sa_drops),
		T("P-USE any port is wrapped", any_port_is_wrapped),
		T("P-PORT each host has its ports", each_host_has_its_ports),
		T("INT-3 each packet is judged for itself", each_packet_is_judged_for_itself),
		T("INT-4 transport outside the SA drops", transport_outside_the_sa_drops),
		T("INT-3 all else passes untouched", all_else_passes_untouched),
		T("INT-3 what hides its ports drops", what_hides_its_ports_drops),
		T("P-ESP too big drops and takes no number", too_big_drops_and_takes_no_number),
		T("P-ESP no room around the packet", no_room_around_the_packet),
		T("P-ESP bad frames from inside drop", bad_frames_from_inside_drop),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
