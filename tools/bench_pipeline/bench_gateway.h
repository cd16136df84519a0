/* SPDX-License-Identifier: BSD-3-Clause */
/* The data plane without its ports: the path that the worker has, and a pool of packets. */
#pragma once

#include "bench_row.h"
#include "path.h"

struct rte_mempool;
struct sa_memory;

struct bench_gateway {
	struct path path;
	struct policy policy;
	struct worker_counters counters;
	struct sa_memory *memory;
	struct rte_mempool *pool;
	struct icv *engines[ICV_AVX512 + 1]; /* NULL: this CPU can not */
	struct sa_entry **entries;           /* the row's SAs */
	struct bench_row filled;             /* the row that they were made for */
};

#define BENCH_LOCAL_PORT  6100
#define BENCH_REMOTE_PORT 5062
#define BENCH_SAS_MAX     1000000
#define BENCH_SAS_MORE    4096 /* that come and go by command */

/* Starts DPDK on the last CPU that this process may use, and its lcore 1 on another one, where
 * there is one. Exits with a message where it can not. */
void bench_gateway_open(struct bench_gateway *gateway);
void bench_gateway_close(struct bench_gateway *gateway);

/* A further one, with so many SAs at most. */
void bench_gateway_make(struct bench_gateway *gateway, const char *name, uint32_t sas);
void bench_gateway_free(struct bench_gateway *gateway);

/* The row's engine, and a table with its SAs alone. */
void bench_gateway_fill(struct bench_gateway *gateway, const struct bench_row *row);

/* What SA number i of the row's kind is made of. */
struct sa_parameters bench_gateway_sa(const struct bench_row *row, uint32_t i);

/* The protected host's address of the row's family. */
const struct net_address *bench_gateway_host(const struct bench_row *row);

/* Ends the program: what was measured so far means nothing. */
void bench_fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
