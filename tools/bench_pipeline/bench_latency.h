/* SPDX-License-Identifier: BSD-3-Clause */
/* How long packets take from arrival to the far port, at a share of what the row can do. */
#pragma once

#include "bench_row.h"

struct bench_gateway;

struct bench_latency {
	unsigned load_percent; /* of the row's capacity */
	double p50_us, p99_us, p999_us;
	/* Of the packets that met no moment for which the core was away; the percentage of the
	 * others. */
	double undisturbed_p99_us, undisturbed_p999_us, disturbed_percent;
};

/* row has been measured. Packets arrive one by one at even distances, whether or not the one
 * before is through; the worker takes what has arrived, as it does from a port. */
void bench_latency_measure(struct bench_gateway *gateway, const struct bench_row *row,
	struct bench_latency *latency, double seconds);
