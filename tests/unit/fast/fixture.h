/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of the packet's way share: an EAL without anything of the machine's, a pool whose
 * packets are counted, a path with a table, and builders of packets. After cmocka.h. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_mbuf.h>

#include "burst.h"
#include "bytes.h"
#include "flat.h"
#include "icv.h"
#include "ip_header.h"
#include "packet_pool.h"
#include "path.h"
#include "pipeline.h"
#include "sa_memory.h"
#include "wire.h"

#define POOL     2047
#define LARGE    63
#define TICKS    1000 /* of the tests' clock a second */
#define CAPACITY 256

#define LOCAL  "\xcb\x00\x71\x09" /* 203.0.113.9, the protected host */
#define REMOTE "\xc6\x33\x64\x17" /* 198.51.100.23, a UE */
#define OTHER  "\xc6\x33\x64\x18"

#define PORT_S  6100 /* protected, the server's */
#define PORT_C  6101 /* protected, the client's */
#define PORT_UC 5062 /* the UE's */
#define PORT_US 5064

struct fixture {
	struct rte_mempool *pool, *large;
	struct sa_memory *memory;
	int memory_fd;
	struct policy policy;
	struct policy_rules *rules; /* of the one host */
	struct worker_counters counters;
	struct path path;
	struct burst burst;
};

static struct fixture fx;

static inline void fixture_eal(void)
{
	char runtime[] = "/tmp/portcullis-test-XXXXXX", command[64];
	char *arguments[] = {"test", "--no-huge", "--no-pci", "-m", "64", "-l", "0",
		"--no-telemetry", "--no-shconf", "--log-level", "*:error"};

	assert_non_null(mkdtemp(runtime));
	setenv("RUNTIME_DIRECTORY", runtime, 1);
	assert_true(rte_eal_init(sizeof(arguments) / sizeof(arguments[0]), arguments) >= 0);
	snprintf(command, sizeof(command), "rm -rf %s", runtime);
	assert_int_equal(system(command), 0);
}

/* For cmocka_run_group_tests. */
static inline int fixture_group(void **state)
{
	(void)state;
	fixture_eal();
	fx.pool = packet_pool_create("test", POOL, 0, RTE_MBUF_DEFAULT_BUF_SIZE, false);
	assert_non_null(fx.pool);
	fx.large = packet_pool_create("large", LARGE, 0, FLAT_BUFFER_LEN, false);
	assert_non_null(fx.large);
	return 0;
}

/* For each test: an empty table, a full window of the widest kind allowed, counters at 0. */
static inline int fixture_setup(void **state)
{
	const struct net_address host = {.bytes = {203, 0, 113, 9}, .family = NET_IPV4};
	const struct sa_memory_size size = {
		.workers = 1, .capacity = CAPACITY, .replay_window = 1024};

	(void)state;
	memset(&fx.path, 0, sizeof(fx.path));
	memset(&fx.counters, 0, sizeof(fx.counters));
	memset(&fx.burst, 0, sizeof(fx.burst));
	assert_int_equal(sa_memory_create(&size, &fx.memory_fd), 0);
	assert_int_equal(sa_memory_map(fx.memory_fd, &fx.memory), 0);
	sa_table_attach(&fx.path.table, sa_memory_part(fx.memory, 0));
	assert_int_equal(icv_open(ICV_AUTO, &fx.path.icv), 0);
	policy_init(&fx.policy);
	fx.rules = policy_add_rules(&fx.policy, POLICY_PASS_ICMP);
	policy_set_port(fx.rules->unprotected_ports, 5060);
	policy_set_port(fx.rules->protected_ports, PORT_S);
	policy_set_port(fx.rules->protected_ports, PORT_C);
	policy_add_host(&fx.policy, &host, fx.rules);
	fx.path.packets = fx.pool;
	fx.path.large = fx.large;
	fx.path.policy = &fx.policy;
	fx.path.counters = &fx.counters;
	fx.path.outside.mtu = 1500;
	fx.path.inside.mtu = 1500;
	token_bucket_init(&fx.path.plain_sip, 0, TICKS, 0);
	token_bucket_init(&fx.path.too_big, 0, TICKS, 0);
	fragments_init(&fx.path.fragments, fx.path.table.part.head->seed, TICKS);
	fragment_id_init(&fx.path.fragment_ids, fx.path.table.part.head->seed, 0x7ffe);
	return 0;
}

static inline void fixture_free_burst(void)
{
	rte_pktmbuf_free_bulk(fx.burst.mbuf, fx.burst.count);
	rte_pktmbuf_free_bulk(fx.burst.pass, fx.burst.passed);
	rte_pktmbuf_free_bulk(fx.burst.drop, fx.burst.dropped);
	rte_pktmbuf_free_bulk(fx.burst.answer, fx.burst.answers);
	rte_pktmbuf_free_bulk(fx.burst.piece, fx.burst.pieces);
	fx.burst.count = fx.burst.passed = fx.burst.dropped = 0;
	fx.burst.answers = fx.burst.pieces = 0;
}

/* Every packet is in exactly one list, or the pool would not be full again. */
static inline int fixture_teardown(void **state)
{
	(void)state;
	fixture_free_burst();
	fragments_expire(&fx.path.fragments, UINT64_MAX, &fx.counters);
	assert_int_equal(rte_mempool_avail_count(fx.pool), POOL);
	assert_int_equal(rte_mempool_avail_count(fx.large), LARGE);
	icv_close(fx.path.icv);
	sa_memory_unmap(fx.memory);
	close(fx.memory_fd);
	return 0;
}

static inline uint64_t fixture_drops(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < DROP_REASON_COUNT; i++)
		sum += fx.counters.dropped[i];
	return sum;
}

/* Appends a frame to the burst. */
static inline struct rte_mbuf *fixture_put(const uint8_t *frame, size_t len)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(fx.pool);
	char *room;

	assert_non_null(mbuf);
	room = rte_pktmbuf_append(mbuf, (uint16_t)len);
	assert_non_null(room);
	memcpy(room, frame, len);
	assert_true(fx.burst.count < BURST_MAX);
	fx.burst.mbuf[fx.burst.count++] = mbuf;
	return mbuf;
}

/* All that arrived was dropped, for this reason alone; clears the table. */
static inline void fixture_expect_drop(enum drop_reason reason)
{
	if (fx.burst.count + fx.burst.passed > 0 || fx.burst.dropped == 0 ||
		fx.counters.dropped[reason] != fx.burst.dropped ||
		fixture_drops() != fx.burst.dropped) {
		for (unsigned i = 0; i < DROP_REASON_COUNT; i++)
			if (fx.counters.dropped[i])
				print_message("# %s: %u\n", drop_reason_name(i),
					(unsigned)fx.counters.dropped[i]);
		fail_msg("%u kept, %u passed; expected: %s", fx.burst.count, fx.burst.passed,
			drop_reason_name(reason));
	}
	fixture_free_burst();
	memset(&fx.counters, 0, sizeof(fx.counters));
}

/* One packet went on (kept) or went by (passed), nothing was dropped. */
static inline void fixture_expect(unsigned kept, unsigned passed)
{
	for (unsigned i = 0; i < DROP_REASON_COUNT; i++)
		if (fx.counters.dropped[i])
			print_message("# %s: %u\n", drop_reason_name(i),
				(unsigned)fx.counters.dropped[i]);
	assert_int_equal(fx.burst.count, kept);
	assert_int_equal(fx.burst.passed, passed);
	assert_int_equal(fx.burst.dropped, 0);
	assert_int_equal(fixture_drops(), 0);
}

/* An Ethernet frame around an IPv4 packet, the payload still to be written. Returns where. */
static inline uint8_t *fixture_ipv4(uint8_t *frame, const char *source, const char *target,
	uint8_t protocol, size_t payload_len)
{
	uint8_t *ip = frame + WIRE_ETHER_LEN;

	memset(frame, 0, WIRE_ETHER_LEN + WIRE_IPV4_LEN);
	memcpy(frame, "\x02\0\0\0\0\1\x02\0\0\0\0\2\x08\0", WIRE_ETHER_LEN);
	ip[0] = 0x45;
	ip[8] = 64;
	memcpy(ip + WIRE_IPV4_SOURCE_AT, source, 4);
	memcpy(ip + WIRE_IPV4_TARGET_AT, target, 4);
	ip_header_set(ip, NET_IPV4, WIRE_IPV4_LEN, WIRE_IPV4_LEN + (unsigned)payload_len, protocol);
	return ip + WIRE_IPV4_LEN;
}

#define FRAME_UDP (WIRE_ETHER_LEN + WIRE_IPV4_LEN + WIRE_UDP_LEN) /* and the payload */

static inline void fixture_udp_header(uint8_t *udp, uint16_t source, uint16_t target, size_t len)
{
	bytes_store_be16(udp, source);
	bytes_store_be16(udp + 2, target);
	bytes_store_be16(udp + WIRE_UDP_LENGTH_AT, (uint16_t)(WIRE_UDP_LEN + len));
	bytes_store_be16(udp + 6, 0xbeef); /* a checksum that nobody here may touch */
}

/* A plain UDP packet with len octets of payload; returns the frame's length. */
static inline size_t fixture_udp(uint8_t *frame, const char *source, uint16_t source_port,
	const char *target, uint16_t target_port, size_t len)
{
	uint8_t *udp = fixture_ipv4(frame, source, target, WIRE_PROTOCOL_UDP, WIRE_UDP_LEN + len);

	fixture_udp_header(udp, source_port, target_port, len);
	for (size_t i = 0; i < len; i++)
		udp[WIRE_UDP_LEN + i] = (uint8_t)i;
	return FRAME_UDP + len;
}

static inline struct sa_parameters fixture_sa(
	uint32_t spi, enum sa_direction direction, enum sa_algorithm algorithm)
{
	struct sa_parameters sa = {.spi = spi,
		.direction = (uint8_t)direction,
		.algorithm = (uint8_t)algorithm,
		.transports = SA_TRANSPORT_UDP | SA_TRANSPORT_TCP,
		.port_pairs = 1,
		.replay_window = direction == SA_INBOUND ? 64 : 0,
		.ports = {{PORT_S, PORT_UC}}};

	sa.local.family = sa.remote.family = NET_IPV4;
	memcpy(sa.local.bytes, LOCAL, 4);
	memcpy(sa.remote.bytes, REMOTE, 4);
	for (unsigned i = 0; i < SA_KEY_MAX; i++)
		sa.key[i] = (uint8_t)(spi + i);
	return sa;
}

static inline uint64_t fixture_add(const struct sa_parameters *sa)
{
	uint8_t states[2][SA_HASH_STATE_LEN] = {0};
	uint64_t handle;

	icv_key_states(fx.path.icv, sa->algorithm, sa->key, states);
	assert_int_equal(sa_table_add(&fx.path.table, sa, states, &handle), 0);
	return handle;
}

static inline struct sa_entry *fixture_entry(uint64_t handle)
{
	return &fx.path.table.part.entries[(uint32_t)handle];
}

/* Puts ESP around a plain IPv4 frame as a UE would, by the SA's own key; pad_len beyond what
 * alignment asks and next header are the caller's. Returns the new length. */
static inline size_t fixture_esp(
	uint8_t *frame, size_t len, const struct sa_parameters *sa, uint32_t number)
{
	const unsigned head = WIRE_ETHER_LEN + WIRE_IPV4_LEN;
	struct sa_entry entry = {.algorithm = sa->algorithm};
	uint8_t *ip = frame + WIRE_ETHER_LEN, *esp = frame + head, *end;
	uint8_t next = ip[WIRE_IPV4_PROTOCOL_AT], states[2][SA_HASH_STATE_LEN];
	unsigned pad_len = (unsigned)(4 - (len - head + 2) % 4) % 4;
	struct icv_packet packet;

	memmove(esp + WIRE_ESP_HEADER_LEN, esp, len - head);
	bytes_store_be32(esp, sa->spi);
	bytes_store_be32(esp + 4, number);
	end = frame + len + WIRE_ESP_HEADER_LEN;
	for (unsigned i = 1; i <= pad_len; i++)
		*end++ = (uint8_t)i;
	*end++ = (uint8_t)pad_len;
	*end++ = next;
	icv_key_states(fx.path.icv, sa->algorithm, sa->key, states);
	memcpy(entry.inner, states[0], sizeof(entry.inner));
	memcpy(entry.outer, states[1], sizeof(entry.outer));
	packet = (struct icv_packet){
		.sa = &entry, .data = esp, .len = (uint32_t)(end - esp), .tag = end};
	icv_compute(fx.path.icv, &packet, 1);
	assert_true(packet.done);
	end += SA_ICV_LEN;
	ip_header_set(ip, NET_IPV4, WIRE_IPV4_LEN, (unsigned)(end - ip), WIRE_PROTOCOL_ESP);
	return (size_t)(end - frame);
}

/* Computes the ICV anew after a test has changed what it covers. */
static inline void fixture_resign(uint8_t *frame, size_t len, const struct sa_parameters *sa)
{
	struct sa_entry entry = {.algorithm = sa->algorithm};
	uint8_t *esp = frame + WIRE_ETHER_LEN + WIRE_IPV4_LEN, states[2][SA_HASH_STATE_LEN];
	struct icv_packet packet = {.sa = &entry, .data = esp};

	icv_key_states(fx.path.icv, sa->algorithm, sa->key, states);
	memcpy(entry.inner, states[0], sizeof(entry.inner));
	memcpy(entry.outer, states[1], sizeof(entry.outer));
	packet.len = (uint32_t)(len - WIRE_ETHER_LEN - WIRE_IPV4_LEN - SA_ICV_LEN);
	packet.tag = esp + packet.len;
	icv_compute(fx.path.icv, &packet, 1);
	assert_true(packet.done);
}
