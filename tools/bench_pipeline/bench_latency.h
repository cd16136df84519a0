/* SPDX-License-Identifier: BSD-3-Clause */
/* How long packets take from arrival to the far port, at a share of what the row can do. */
#pragma once

#include "bench_row.h"

struct bench_gateway;

struct bench_shares {
	unsigned count; /* of packets; 0: the others say nothing */
	double p50_us, p99_us, p999_us;
};

struct bench_latency {
	unsigned load_percent; /* of the row's capacity */
	struct bench_shares all;
	/* Of those that met no moment for which the core was away; the percentage of the others. */
	struct bench_shares undisturbed;
	double disturbed_percent;
	double absences_per_second;
	double lost_percent; /* of what came: the port's queue was full */
};

/* row has been measured. Packets arrive one by one at even distances, whether or not the one
 * before is through; the worker takes what has arrived, as it does from a port. */
void bench_latency_measure(struct bench_gateway *gateway, const struct bench_row *row,
	struct bench_latency *latency, double seconds);

/* How often per second the core is away while it does nothing. */
double bench_latency_idle_absences(double seconds);
