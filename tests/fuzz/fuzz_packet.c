/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames from both sides through the whole pipeline.
 *
 * Input: one octet of options, then packets: length (2 octets, big-endian), frame. What the gateway
 * lets through is judged here anew, by its own small reading of the frame. Buffers are heap blocks
 * of exactly the needed size, so that ASan sees what reads behind a packet. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_mbuf.h>

#include "bytes.h"
#include "flat.h"
#include "icv.h"
#include "ip_header.h"
#include "packet_pool.h"
#include "pipeline.h"
#include "sa_memory.h"
#include "wire.h"

enum {
	OPTION_OUTBOUND = 1, /* from inside */
	OPTION_SIGN = 2,     /* ESP gets a right ICV, so that what is behind it is reached */
	OPTION_NO_ROOM = 4,  /* nothing in front of and behind the frame */
	OPTION_CUT = 8,      /* IPv4 packets come in two fragments, which are put together again */
};

#define POOL       255
#define LARGE      63
#define FRAME_MAX  1600
#define SPI        0x100u
#define SERVER     6100
#define CLIENT     6101
#define UE         5062
#define HEADROOM   32
#define TAILROOM   32
#define ALGORITHMS 2

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct external {
	struct rte_mbuf_ext_shared_info shared;
	uint8_t *buffer;
};

static struct rte_mempool *pool, *large;
static struct policy policy;
static struct sa_memory *memory;
static struct worker_counters counters;
static struct path path;
static const struct net_address local = {{203, 0, 113, 9}, NET_IPV4};
static const struct net_address remote = {{198, 51, 100, 23}, NET_IPV4};

static void add_sa(uint32_t spi, uint8_t direction, uint8_t algorithm)
{
	const struct sa_parameters sa = {.spi = spi,
		.direction = direction,
		.algorithm = algorithm,
		.transports = SA_TRANSPORT_UDP | SA_TRANSPORT_TCP,
		.port_pairs = 1,
		.replay_window = direction == SA_INBOUND ? 64 : 0,
		.local = local,
		.remote = remote,
		.ports = {{SERVER, (uint16_t)(UE + algorithm)}}};
	uint8_t states[2][SA_HASH_STATE_LEN];
	uint64_t handle;
	int error;

	icv_key_states(path.icv, algorithm, sa.key, states);
	error = sa_table_add(&path.table, &sa, states, &handle);
	assert(error == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char *arguments[] = {"fuzz", "--no-huge", "--no-pci", "-m", "64", "-l", "0",
		"--no-telemetry", "--no-shconf", "--log-level", "*:error"};
	const struct sa_memory_size size = {.workers = 1, .capacity = 16, .replay_window = 64};
	char runtime[] = "/tmp/portcullis-fuzz-XXXXXX", made[64];
	struct policy_rules *rules;
	int fd, error;

	(void)argc;
	(void)argv;
	if (!mkdtemp(runtime))
		abort();
	setenv("RUNTIME_DIRECTORY", runtime, 1);
	error = rte_eal_init(sizeof(arguments) / sizeof(arguments[0]), arguments);
	assert(error >= 0);
	snprintf(made, sizeof(made), "%s/dpdk/rte", runtime);
	rmdir(made);
	snprintf(made, sizeof(made), "%s/dpdk", runtime);
	rmdir(made);
	rmdir(runtime);
	pool = packet_pool_create("fuzz", POOL, 0, RTE_MBUF_DEFAULT_BUF_SIZE, false);
	large = packet_pool_create("large", LARGE, 0, FLAT_BUFFER_LEN, false);
	assert(pool && large);
	error = sa_memory_create(&size, &fd);
	assert(error == 0);
	error = sa_memory_map(fd, &memory);
	assert(error == 0);
	error = icv_open(ICV_AUTO, &path.icv);
	assert(error == 0);
	policy_init(&policy);
	rules = policy_add_rules(&policy, POLICY_PASS_ICMP);
	policy_add_host(&policy, &local, rules);
	policy_set_port(rules->unprotected_ports, 5060);
	policy_set_port(rules->protected_ports, SERVER);
	policy_set_port(rules->protected_ports, CLIENT);
	path.policy = &policy;
	path.packets = pool;
	path.large = large;
	path.counters = &counters;
	path.outside.mtu = 1500;
	path.inside.mtu = 1500;
	return 0;
}

static void reset_path(void)
{
	struct sa_memory_part part = sa_memory_part(memory, 0);

	memset(part.entries, 0, part.capacity * sizeof(*part.entries));
	sa_table_attach(&path.table, part);
	for (uint8_t algorithm = 0; algorithm < ALGORITHMS; algorithm++) {
		add_sa(SPI + algorithm, SA_INBOUND, algorithm);
		add_sa(SPI + 16 + algorithm, SA_OUTBOUND, algorithm);
	}
	memset(&counters, 0, sizeof(counters));
	token_bucket_init(&path.plain_sip, 0, 1000, 0);
	token_bucket_init(&path.too_big, 0, 1000, 0);
	fragments_init(&path.fragments, path.table.part.head->seed, 1000);
	fragment_id_init(&path.fragment_ids, path.table.part.head->seed, 0x7ffe);
}

/* Cuts a frame in two where it is IPv4 without options and long enough: the second part goes to
 * rest. Returns the first part's length, or 0: it stays whole. */
static unsigned cut(uint8_t *frame, unsigned len, uint16_t id, uint8_t *rest, unsigned *rest_len)
{
	uint8_t *ip = frame + WIRE_ETHER_LEN;
	unsigned head = WIRE_ETHER_LEN + WIRE_IPV4_LEN, at = FRAGMENTS_LEN_MIN, total;

	if (len < head + at + 8 || bytes_load_be16(frame + 12) != WIRE_TYPE_IPV4 || ip[0] != 0x45)
		return 0;
	total = bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT);
	if (total + WIRE_ETHER_LEN > len || total < WIRE_IPV4_LEN + at + 8 ||
		!ip_header_checksum_ok(ip, WIRE_IPV4_LEN))
		return 0;
	bytes_store_be16(ip + WIRE_IPV4_ID_AT, id);
	memcpy(rest, frame, head);
	bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT, WIRE_IPV4_MORE);
	bytes_store_be16(rest + WIRE_ETHER_LEN + WIRE_IPV4_FRAGMENT_AT, (uint16_t)(at / 8));
	*rest_len = WIRE_ETHER_LEN + total - at;
	memcpy(rest + head, frame + head + at, *rest_len - head);
	ip_header_set(ip, NET_IPV4, WIRE_IPV4_LEN, WIRE_IPV4_LEN + at, ip[9]);
	ip_header_set(rest + WIRE_ETHER_LEN, NET_IPV4, WIRE_IPV4_LEN, total - at, ip[9]);
	return head + at;
}

static void free_external(void *address, void *context)
{
	struct external *external = context;

	(void)address;
	free(external->buffer);
	free(external);
}

static struct rte_mbuf *make_packet(const uint8_t *frame, uint16_t len, uint8_t options)
{
	unsigned head = options & OPTION_NO_ROOM ? 0 : HEADROOM;
	unsigned room = head + len + (options & OPTION_NO_ROOM ? 0 : TAILROOM);
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);
	struct external *external = calloc(1, sizeof(*external));

	assert(mbuf && external);
	external->buffer = malloc(room ? room : 1);
	assert(external->buffer);
	external->shared.free_cb = free_external;
	external->shared.fcb_opaque = external;
	rte_mbuf_ext_refcnt_set(&external->shared, 1);
	rte_pktmbuf_attach_extbuf(mbuf, external->buffer, 0, (uint16_t)room, &external->shared);
	mbuf->data_off = (uint16_t)head;
	mbuf->data_len = len;
	mbuf->pkt_len = len;
	memcpy(external->buffer + head, frame, len);
	return mbuf;
}

/* A frame that holds IPv4 without options and ESP of one of our SAs gets that SA's ICV. */
static void sign(uint8_t *frame, unsigned len)
{
	uint8_t *esp = frame + WIRE_ETHER_LEN + WIRE_IPV4_LEN;
	struct icv_packet packet = {.data = esp};
	struct sa_entry *sa;
	uint32_t spi;
	unsigned total;

	if (len < WIRE_ETHER_LEN + WIRE_IPV4_LEN + 24)
		return;
	total = bytes_load_be16(frame + WIRE_ETHER_LEN + WIRE_IPV4_TOTAL_AT);
	spi = bytes_load_be32(esp);
	sa_table_find_inbound(&path.table, &spi, 1, &sa);
	if (!sa || total + WIRE_ETHER_LEN > len || total < WIRE_IPV4_LEN + 24)
		return;
	packet.sa = sa;
	packet.len = total - WIRE_IPV4_LEN - SA_ICV_LEN;
	packet.tag = esp + packet.len;
	icv_compute(path.icv, &packet, 1);
}

/* Behind Ethernet and its tags. */
static const uint8_t *network(const struct rte_mbuf *mbuf)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);
	unsigned at = WIRE_ETHER_TYPE_AT;

	while (bytes_load_be16(frame + at) == WIRE_TYPE_VLAN ||
		bytes_load_be16(frame + at) == WIRE_TYPE_QINQ)
		at += WIRE_TAG_LEN;
	assert(at <= WIRE_ETHER_TYPE_AT + 2 * WIRE_TAG_LEN);
	return frame + at + 2;
}

static bool is_ipv4(const struct rte_mbuf *mbuf)
{
	return bytes_load_be16(network(mbuf) - 2) == WIRE_TYPE_IPV4;
}

/* Every frame that leaves is whole: its IP length is its length. */
static void judge_frame(const struct rte_mbuf *mbuf)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *), *ip;

	assert(mbuf->data_len == mbuf->pkt_len && mbuf->pkt_len >= WIRE_ETHER_LEN);
	ip = network(mbuf);
	if (is_ipv4(mbuf))
		assert(bytes_load_be16(ip + 2) + (size_t)(ip - frame) == mbuf->pkt_len);
}

/* A fragment, or an answer to inside. */
static void judge_small(const struct rte_mbuf *mbuf)
{
	judge_frame(mbuf);
	assert(mbuf->pkt_len - (size_t)(network(mbuf) - rte_pktmbuf_mtod(mbuf, uint8_t *)) <= 1500);
}

static void judge_plain(const struct rte_mbuf *mbuf, bool outbound)
{
	const uint8_t *ip = network(mbuf), *ports = ip + (ip[0] & 15) * 4, *host;
	uint16_t port;

	judge_frame(mbuf);
	if (!is_ipv4(mbuf) || (ip[9] != WIRE_PROTOCOL_UDP && ip[9] != WIRE_PROTOCOL_TCP))
		return;
	host = ip + (outbound ? WIRE_IPV4_SOURCE_AT : WIRE_IPV4_TARGET_AT);
	if (memcmp(host, local.bytes, 4) != 0) {
		assert(outbound);
		return;
	}
	port = bytes_load_be16(ports + (outbound ? 0 : 2));
	assert(port != SERVER && port != CLIENT);
	assert(outbound || port == 5060);
}

static void judge_kept(const struct rte_mbuf *mbuf, bool outbound)
{
	const uint8_t *ip = network(mbuf), *payload = ip + (ip[0] & 15) * 4;

	judge_frame(mbuf);
	assert(is_ipv4(mbuf));
	if (outbound) {
		assert(ip[9] == WIRE_PROTOCOL_ESP &&
			(bytes_load_be16(ip + 2) - (payload - ip)) % 4 == 0);
		return;
	}
	assert(ip[9] == WIRE_PROTOCOL_UDP || ip[9] == WIRE_PROTOCOL_TCP);
	assert(memcmp(ip + 12, remote.bytes, 4) == 0 && memcmp(ip + 16, local.bytes, 4) == 0);
	assert(bytes_load_be16(payload + 2) == SERVER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct burst burst;
	uint8_t frame[FRAME_MAX], rest[FRAME_MAX], options;
	uint64_t drops = 0;
	unsigned in;

	if (size == 0)
		return 0;
	reset_path();
	options = *data++;
	size--;
	burst.count = burst.passed = burst.dropped = burst.pieces = burst.answers = 0;
	while (size >= 2 && burst.count < BURST_MAX) {
		size_t len = bytes_load_be16(data), put_len;

		data += 2;
		size -= 2;
		len = len < size ? len : size;
		len = len < FRAME_MAX ? len : FRAME_MAX;
		put_len = len;
		memcpy(frame, data, len);
		if (options & OPTION_SIGN)
			sign(frame, (unsigned)len);
		if (options & OPTION_CUT && burst.count + 1 < BURST_MAX) {
			unsigned rest_len, first = cut(frame, (unsigned)len, (uint16_t)burst.count,
						   rest, &rest_len);

			if (first > 0) {
				burst.mbuf[burst.count++] =
					make_packet(rest, (uint16_t)rest_len, options);
				put_len = first;
			}
		}
		burst.mbuf[burst.count++] = make_packet(frame, (uint16_t)put_len, options);
		data += len;
		size -= len;
	}
	in = burst.count;
	if (options & OPTION_OUTBOUND)
		pipeline_outbound(&path, &burst);
	else
		pipeline_inbound(&path, &burst);
	for (unsigned i = 0; i < burst.count; i++)
		judge_kept(burst.mbuf[i], options & OPTION_OUTBOUND);
	for (unsigned i = 0; i < burst.passed; i++)
		judge_plain(burst.pass[i], options & OPTION_OUTBOUND);
	for (unsigned i = 0; i < burst.pieces; i++)
		judge_small(burst.piece[i]);
	for (unsigned i = 0; i < burst.answers; i++)
		judge_small(burst.answer[i]);
	for (unsigned i = 0; i < DROP_REASON_COUNT; i++)
		drops += counters.dropped[i];
	/* Fragments wait, become one, or drop together. */
	assert(burst.count + burst.passed + burst.dropped <= in && drops >= burst.dropped);
	assert(drops + path.fragments.held <= in);
	fragments_expire(&path.fragments, UINT64_MAX, &counters);
	assert(path.fragments.held == 0);
	rte_pktmbuf_free_bulk(burst.piece, burst.pieces);
	rte_pktmbuf_free_bulk(burst.answer, burst.answers);
	rte_pktmbuf_free_bulk(burst.mbuf, burst.count);
	rte_pktmbuf_free_bulk(burst.pass, burst.passed);
	rte_pktmbuf_free_bulk(burst.drop, burst.dropped);
	assert(rte_mempool_avail_count(pool) == POOL);
	assert(rte_mempool_avail_count(large) == LARGE);
	return 0;
}
