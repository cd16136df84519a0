/* SPDX-License-Identifier: BSD-3-Clause */
/* The data plane without its ports: the path that the worker has, and a pool of packets. */
#pragma once

#include "path.h"

struct rte_mempool;
struct sa_memory;

struct bench_gateway {
	struct path path;
	struct policy policy;
	struct worker_counters counters;
	struct sa_memory *memory;
	struct rte_mempool *pool;
};

#define BENCH_LOCAL_PORT  6100
#define BENCH_REMOTE_PORT 5062
#define BENCH_SAS_MAX     4096

/* Starts DPDK on the last CPU that this process may use. Exits with a message where it can not. */
void bench_gateway_open(struct bench_gateway *gateway);
void bench_gateway_close(struct bench_gateway *gateway);

/* An empty table with sas new SAs of one kind; entries[i] is SA i. */
void bench_gateway_fill(struct bench_gateway *gateway, enum sa_direction direction,
	enum sa_algorithm algorithm, unsigned sas, struct sa_entry **entries);

/* Ends the program: what was measured so far means nothing. */
void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
