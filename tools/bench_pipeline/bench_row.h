/* SPDX-License-Identifier: BSD-3-Clause */
/* One row of the benchmark: what is measured, and what came out. */
#pragma once

#include <stdint.h>

#include "sa.h"

struct bench_gateway;

struct bench_row {
	enum sa_direction direction;
	enum sa_algorithm algorithm;
	unsigned frame_bytes; /* of the ESP side, without FCS */
	unsigned sas;
	/* Medians over the rounds, TSC cycles. */
	double cycles_per_packet, crypto_cycles_per_packet;
	double efficiency; /* crypto / all */
	double mpps;
};

/* Takes about seconds. Aborts with a message where a packet that must pass does not, or one that
 * must not does: then nothing that was measured means anything. */
void bench_row_measure(struct bench_gateway *gateway, struct bench_row *row, double seconds);
