/* SPDX-License-Identifier: BSD-3-Clause */
/* The same tables, engine and policy as in the data plane; only the ports are missing. */
#include "bench_gateway.h"

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_mbuf.h>

#include "icv.h"
#include "packet_pool.h"
#include "sa_memory.h"

#define POOL_PACKETS 2047
#define NAME_LEN     64

static const struct net_address host_ipv4 = {.bytes = {203, 0, 113, 9}, .family = NET_IPV4};
static const struct net_address host_ipv6 = {
	.bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 9}, .family = NET_IPV6};

const struct net_address *bench_gateway_host(const struct bench_row *row)
{
	return row->family == NET_IPV4 ? &host_ipv4 : &host_ipv6;
}

void bench_fail(const char *format, ...)
{
	va_list arguments;

	fputs("portcullis-bench: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

/* The last CPU of this process, and the one before it; -1: there is none. */
static void last_cpus(int *last, int *before)
{
	cpu_set_t allowed;

	*last = 0;
	*before = -1;
	CPU_ZERO(&allowed);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return;
	*last = -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		*before = *last;
		*last = cpu;
	}
}

static void remove_runtime(const char *directory)
{
	char path[NAME_LEN];

	snprintf(path, sizeof(path), "%s/dpdk/rte", directory);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/dpdk", directory);
	rmdir(path);
	rmdir(directory);
}

static void start_dpdk(void)
{
	char cores[NAME_LEN], runtime[] = "/tmp/portcullis-bench-XXXXXX";
	char *arguments[] = {"portcullis-bench", "--no-huge", "--no-pci", "-m", "64", "--lcores",
		cores, "--no-telemetry", "--no-shconf", "--log-level", "*:error"};
	int last, before;

	last_cpus(&last, &before);
	if (before < 0)
		snprintf(cores, sizeof(cores), "0@%d", last);
	else
		snprintf(cores, sizeof(cores), "0@%d,1@%d", last, before);
	if (!mkdtemp(runtime) || setenv("RUNTIME_DIRECTORY", runtime, 1) < 0)
		bench_fail("no folder in /tmp");
	if (rte_eal_init(sizeof(arguments) / sizeof(arguments[0]), arguments) < 0)
		bench_fail("DPDK does not start (see above)");
	remove_runtime(runtime);
}

static void open_engines(struct bench_gateway *gateway)
{
	for (unsigned engine = ICV_IPSEC_MB; engine <= ICV_AVX512; engine++) {
		int error = icv_open((enum icv_engine)engine, &gateway->engines[engine]);

		if (error && engine == ICV_IPSEC_MB)
			bench_fail("no integrity engine for this CPU");
		if (error)
			gateway->engines[engine] = NULL;
	}
	gateway->path.icv = gateway->engines[ICV_IPSEC_MB];
}

void bench_gateway_make(struct bench_gateway *gateway, const char *name, uint32_t sas)
{
	const struct sa_memory_size size = {
		.workers = 1, .capacity = sas + BENCH_SAS_MORE, .replay_window = 64};
	struct policy_rules *rules;
	int fd = -1;

	memset(gateway, 0, sizeof(*gateway));
	gateway->pool = packet_pool_create(name, POOL_PACKETS, 0, RTE_MBUF_DEFAULT_BUF_SIZE, false);
	gateway->entries = calloc(sas, sizeof(struct sa_entry *));
	if (!gateway->pool || !gateway->entries || sa_memory_create(&size, &fd) != 0 ||
		sa_memory_map(fd, &gateway->memory) != 0)
		bench_fail("no memory");
	close(fd);
	open_engines(gateway);
	policy_init(&gateway->policy);
	rules = policy_add_rules(&gateway->policy, POLICY_PASS_ICMP);
	policy_add_host(&gateway->policy, &host_ipv4, rules);
	policy_add_host(&gateway->policy, &host_ipv6, rules);
	policy_set_port(rules->protected_ports, BENCH_LOCAL_PORT);
	gateway->path.packets = gateway->pool;
	fragments_init(&gateway->path.fragments, sa_memory_part(gateway->memory, 0).head->seed,
		rte_get_tsc_hz());
	gateway->path.policy = &gateway->policy;
	gateway->path.counters = &gateway->counters;
	gateway->path.outside.mtu = 1500;
	gateway->path.inside.mtu = 1500;
}

void bench_gateway_open(struct bench_gateway *gateway)
{
	start_dpdk();
	bench_gateway_make(gateway, "bench", BENCH_SAS_MAX);
}

void bench_gateway_free(struct bench_gateway *gateway)
{
	for (unsigned engine = 0; engine <= ICV_AVX512; engine++)
		icv_close(gateway->engines[engine]);
	free(gateway->entries);
	sa_memory_unmap(gateway->memory);
	rte_mempool_free(gateway->pool);
}

void bench_gateway_close(struct bench_gateway *gateway)
{
	bench_gateway_free(gateway);
	(void)rte_eal_cleanup();
}

/* 10.0.0.0/8, and an own network for each UE. */
static struct net_address remote(const struct bench_row *row, uint32_t i)
{
	const uint8_t number[] = {(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
	struct net_address address = {.family = (uint8_t)row->family};

	if (row->family == NET_IPV4) {
		address.bytes[0] = 10;
		memcpy(address.bytes + 1, number, sizeof(number));
	} else {
		memcpy(address.bytes, host_ipv6.bytes, 4);
		memcpy(address.bytes + 5, number, sizeof(number));
		address.bytes[15] = 1;
	}
	return address;
}

/* A permutation of 32 bits, so that none comes twice; what many a given SPI looks like. */
static uint32_t scattered(uint32_t i)
{
	i = (i + SA_SPI_MIN) * 0x9e3779b1u;
	i = (i ^ i >> 15) * 0x85ebca6bu;
	return i ^ i >> 16;
}

struct sa_parameters bench_gateway_sa(const struct bench_row *row, uint32_t i)
{
	/* As the gateway chooses them: the place below, what tells its users apart above. */
	struct sa_parameters sa = {
		.spi = row->spis_given ? scattered(i) : (i * 40503u % 2048 | 1) << 21 | i,
		.direction = (uint8_t)row->direction,
		.algorithm = (uint8_t)row->algorithm,
		.transports = SA_TRANSPORT_UDP | SA_TRANSPORT_TCP,
		.port_pairs = 1,
		.replay_window = row->direction == SA_INBOUND ? 64 : 0,
		.local = *bench_gateway_host(row),
		.remote = remote(row, i),
		.ports = {{BENCH_LOCAL_PORT, BENCH_REMOTE_PORT}}};

	memcpy(sa.key, &i, sizeof(i));
	return sa;
}

void bench_gateway_fill(struct bench_gateway *gateway, const struct bench_row *row)
{
	struct sa_memory_part part = sa_memory_part(gateway->memory, 0);
	struct sa_table *table = &gateway->path.table;

	gateway->path.icv = gateway->engines[row->engine];
	if (gateway->filled.direction == row->direction &&
		gateway->filled.algorithm == row->algorithm &&
		gateway->filled.family == row->family && gateway->filled.sas == row->sas &&
		gateway->filled.spis_given == row->spis_given)
		return;
	memset(part.entries, 0, part.capacity * sizeof(*part.entries));
	sa_table_attach(table, part);
	for (uint32_t i = 0; i < row->sas; i++) {
		const struct sa_parameters sa = bench_gateway_sa(row, i);
		uint8_t states[2][SA_HASH_STATE_LEN];
		uint64_t handle;

		icv_key_states(gateway->path.icv, row->algorithm, sa.key, states);
		if (sa_table_add(table, &sa, states, &handle) != 0)
			bench_fail("SA %u does not fit", i);
		gateway->entries[i] = &part.entries[(uint32_t)handle];
		/* As nearly every packet finds its SA: its first use has been told long ago. */
		gateway->entries[i]->announced = 1;
	}
	gateway->filled = *row;
}
