/* SPDX-License-Identifier: BSD-3-Clause */
/* One row of the benchmark: what is measured, and what came out. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "icv_engine.h"
#include "net_address.h"
#include "sa.h"

struct bench_gateway;

#define BENCH_MIX    0 /* as frame_bytes: SIP as UEs and the network speak it, bench_mix.h */
#define BENCH_STAGES 16
#define BENCH_PASSES 5 /* at most: how often a row is measured in a run */

struct bench_row {
	enum sa_direction direction;
	enum sa_algorithm algorithm;
	enum net_family family;
	enum icv_engine engine; /* ICV_IPSEC_MB or ICV_AVX512 */
	unsigned frame_bytes;   /* of the ESP side, without FCS; BENCH_MIX: bench_mix.h */
	unsigned sas;
	bool spis_given;         /* inbound: at random, where the gateway would have chosen them */
	unsigned forged_percent; /* inbound: packets with a wrong ICV */
	unsigned commands_per_second;
	/* Medians, TSC cycles. */
	double cycles_per_packet, crypto_cycles_per_packet;
	double efficiency;             /* crypto / all; of several passes: the median of theirs */
	double cycles_min, cycles_max; /* of the passes */
	double stages[BENCH_STAGES]; /* cycles per packet that entered, as pipeline.h lists them */
};

/* Takes about seconds. Aborts with a message where a packet that must pass does not, or one that
 * must not does: then nothing that was measured means anything. */
void bench_row_measure(struct bench_gateway *gateway, struct bench_row *row, double seconds);

/* Of the same row measured 1 … BENCH_PASSES times: the medians. */
void bench_row_median(struct bench_row *row, const struct bench_row *measured, unsigned count);
