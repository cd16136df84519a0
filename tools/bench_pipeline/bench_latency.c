/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrivals are moments on the clock, so a worker that is held up owes the waiting to all of them.
 */
#include "bench_latency.h"

#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_pause.h>

#include "bench_median.h"
#include "bench_packets.h"
#include "pipeline.h"

#define SAMPLES_MAX (1u << 20)

struct meter {
	struct bench_packets packets;
	struct burst burst;
	double *waits;
	unsigned count;
	uint64_t least[BURST_MAX + 1]; /* cycles that a burst of so many has taken; 0: none came */
};

static void take_burst(
	struct bench_gateway *gateway, struct meter *meter, unsigned from, unsigned count)
{
	uint64_t start = rte_rdtsc(), taken;

	bench_packets_load(&meter->packets, from, count, &meter->burst);
	pipeline_inbound(&gateway->path, &meter->burst);
	if (meter->burst.count != count)
		bench_fail("%u of %u genuine packets passed", meter->burst.count, count);
	taken = rte_rdtsc() - start;
	if (meter->least[count] == 0 || taken < meter->least[count])
		meter->least[count] = taken;
}

/* As long as a burst of so many takes at best. */
static void wait_burst(const struct meter *meter, unsigned count)
{
	uint64_t start = rte_rdtsc();

	while (count < BURST_MAX && meter->least[count] == 0)
		count++;
	while (rte_rdtsc() - start < meter->least[count])
		;
}

/* One pass over all buffers, which arrive from now on every gap cycles. gateway: NULL where nothing
 * is done to them but waiting. */
static void take_pass(struct bench_gateway *gateway, struct meter *meter, double gap)
{
	unsigned done = 0;
	uint64_t start;

	if (gateway)
		bench_packets_stamp(&meter->packets);
	start = rte_rdtsc();
	while (done < BENCH_PACKETS) {
		/* The first one is there at once. */
		double since = (double)(rte_rdtsc() - start), count = since / gap + 1;
		unsigned come = count >= BENCH_PACKETS ? BENCH_PACKETS : (unsigned)count;
		unsigned some = come - done < BURST_MAX ? come - done : BURST_MAX;

		if (some == 0) {
			rte_pause();
			continue;
		}
		if (gateway)
			take_burst(gateway, meter, done, some);
		else
			wait_burst(meter, some);
		since = (double)(rte_rdtsc() - start);
		for (unsigned i = 0; i < some && meter->count < SAMPLES_MAX; i++)
			meter->waits[meter->count++] = since - (done + i) * gap;
		done += some;
	}
}

static double share(const struct meter *meter, double part)
{
	return meter->waits[(unsigned)(part * (meter->count - 1))] * 1e6 / (double)rte_get_tsc_hz();
}

/* Sorted. */
static void take_passes(
	struct bench_gateway *gateway, struct meter *meter, double gap, double seconds)
{
	const uint64_t end = rte_rdtsc() + (uint64_t)(seconds * (double)rte_get_tsc_hz());

	meter->count = 0;
	do /* once at least: on a busy machine the packets may take all the time to make */
		take_pass(gateway, meter, gap);
	while (meter->count < SAMPLES_MAX && rte_rdtsc() < end);
	(void)bench_median(meter->waits, meter->count);
}

void bench_latency_measure(struct bench_gateway *gateway, const struct bench_row *row,
	struct bench_latency *latency, double seconds)
{
	const double gap = row->cycles_per_packet * 100 / latency->load_percent;
	struct meter *meter = calloc(1, sizeof(*meter));

	if (!meter)
		bench_fail("no memory");
	meter->waits = calloc(SAMPLES_MAX, sizeof(*meter->waits));
	if (!meter->waits)
		bench_fail("no memory");
	bench_gateway_fill(gateway, row);
	bench_packets_make(gateway, row, &meter->packets);
	take_passes(gateway, meter, gap, seconds);
	latency->p50_us = share(meter, 0.5);
	latency->p99_us = share(meter, 0.99);
	latency->p999_us = share(meter, 0.999);
	take_passes(NULL, meter, gap, seconds);
	latency->alone_p99_us = share(meter, 0.99);
	latency->alone_p999_us = share(meter, 0.999);
	bench_packets_free(&meter->packets);
	free(meter->waits);
	free(meter);
}
