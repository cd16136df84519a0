/* SPDX-License-Identifier: BSD-3-Clause */
/* How long packets take from arrival to the far port, at a share of what the row can do. */
#pragma once

#include "bench_row.h"

struct bench_gateway;

struct bench_latency {
	unsigned load_percent; /* of the row's capacity */
	double p50_us, p99_us, p999_us;
	/* The same arrivals where each burst takes what one of so many packets took at best, with
	 * nothing done: what comes of the moments for which the core is away. */
	double alone_p99_us, alone_p999_us;
};

/* row has been measured. Packets arrive one by one at even distances, whether or not the one
 * before is through; the worker takes what has arrived, as it does from a port. */
void bench_latency_measure(struct bench_gateway *gateway, const struct bench_row *row,
	struct bench_latency *latency, double seconds);
