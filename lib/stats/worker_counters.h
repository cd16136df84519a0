/* SPDX-License-Identifier: BSD-3-Clause */
/* What one worker counts. It lies in shared memory: its worker is the only writer, anyone may
 * read (relaxed: each number is right, two of them may be of different moments). */
#pragma once

#include <stdint.h>

#include "drop_reason.h"

/* X(member, name in JSON) */
#define WORKER_COUNTERS(X)                    \
	X(outside_rx, "outside_rx_packets")   \
	X(outside_tx, "outside_tx_packets")   \
	X(inside_rx, "inside_rx_packets")     \
	X(inside_tx, "inside_tx_packets")     \
	X(esp_in, "esp_verified_packets")     \
	X(esp_out, "esp_protected_packets")   \
	X(plain_in, "plain_in_packets")       \
	X(plain_out, "plain_out_packets")     \
	X(handed_over, "handed_over_packets") \
	X(taken_over, "taken_over_packets")   \
	X(sa_added, "sa_added")               \
	X(sa_deleted, "sa_deleted")           \
	X(sa_refused, "sa_refused")

struct worker_counters {
#define X(member, name) uint64_t member;
	WORKER_COUNTERS(X)
#undef X
	uint64_t dropped[DROP_REASON_COUNT];
	uint64_t sas;        /* that live now in its table: no counter */
	uint64_t icv_engine; /* not a count: enum icv_engine, which one runs; 0 before it starts */
} __attribute__((aligned(64)));

static inline void worker_counters_add(
	struct worker_counters *sum, const struct worker_counters *part)
{
#define X(member, name) sum->member += part->member;
	WORKER_COUNTERS(X)
#undef X
	for (unsigned reason = 0; reason < DROP_REASON_COUNT; reason++)
		sum->dropped[reason] += part->dropped[reason];
}
