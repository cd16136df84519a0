/* SPDX-License-Identifier: BSD-3-Clause */
/* Two workers at once, each on a CPU of its own: what they do together, and what it costs when each
 * packet arrives at the wrong one. */
#pragma once

#include <stdbool.h>

#include "bench_gateway.h"
#include "bench_row.h"

/* TSC cycles per packet, medians over bursts. */
struct bench_workers {
	struct bench_row row;
	double alone, together; /* of one worker; together: while the other one works, too */
	double scaling;         /* of two workers over one */
	double handing, taking; /* the first worker's, and the owner's from its ring on */
};

/* False: there is one CPU, nothing was measured. gateway's SAs and a second one's as many are made.
 */
bool bench_workers_measure(
	struct bench_gateway *gateway, double seconds, struct bench_workers *out);
