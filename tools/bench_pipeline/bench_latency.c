/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrivals are moments on the clock, so a worker that is held up owes the waiting to all of them.
 * A hypervisor takes the core away some thousand times a second. Nothing of ours takes AWAY_US
 * between two looks at an empty queue, nor longer for a burst than twice what so many packets took
 * at best: the packets that meet such a gap, and those behind them until the queue is empty again,
 * are counted apart. */
#include "bench_latency.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_pause.h>

#include "bench_median.h"
#include "bench_packets.h"
#include "pipeline.h"

#define SAMPLES_MAX (1u << 20)
#define AWAY_US     2

struct meter {
	struct bench_packets packets;
	struct burst burst;
	double *waits, *undisturbed; /* cycles; the latter: of those that met no absence */
	unsigned count, undisturbed_count;
	double least[BURST_MAX + 1]; /* cycles that a burst of so many has taken; 0: none came */
};

static double away(void)
{
	return (double)rte_get_tsc_hz() / 1e6 * AWAY_US;
}

static void take_burst(
	struct bench_gateway *gateway, struct meter *meter, unsigned from, unsigned count)
{
	bench_packets_load(&meter->packets, from, count, &meter->burst);
	pipeline_inbound(&gateway->path, &meter->burst);
	if (meter->burst.count != count)
		bench_fail("%u of %u genuine packets passed", meter->burst.count, count);
}

/* Whether the core was away while count packets took so many cycles. The first burst of so many,
 * with which nothing can be compared, counts as such. */
static bool was_away(struct meter *meter, unsigned count, double taken)
{
	double *least = &meter->least[count];
	bool gone = *least == 0 || taken > 2 * *least + away();

	if (*least == 0 || taken < *least)
		*least = taken;
	return gone;
}

static void note(struct meter *meter, double wait, bool disturbed)
{
	if (meter->count == SAMPLES_MAX)
		return;
	meter->waits[meter->count++] = wait;
	if (!disturbed)
		meter->undisturbed[meter->undisturbed_count++] = wait;
}

/* One pass over all buffers, which arrive from now on every gap cycles. */
static void take_pass(struct bench_gateway *gateway, struct meter *meter, double gap)
{
	bool disturbed = false;
	unsigned done = 0;
	double end = 0; /* of the last look at the queue, or burst */
	uint64_t start;

	bench_packets_stamp(&meter->packets);
	start = rte_rdtsc();
	while (done < BENCH_PACKETS) {
		/* The first one is there at once. */
		double look = (double)(rte_rdtsc() - start), count = look / gap + 1;
		unsigned come = count >= BENCH_PACKETS ? BENCH_PACKETS : (unsigned)count;
		unsigned some = come - done < BURST_MAX ? come - done : BURST_MAX;

		disturbed = some > 0 && (disturbed || look - end > away());
		end = look;
		if (some == 0) {
			rte_pause();
			continue;
		}
		take_burst(gateway, meter, done, some);
		end = (double)(rte_rdtsc() - start);
		disturbed |= was_away(meter, some, end - look);
		for (unsigned i = 0; i < some; i++)
			note(meter, end - (done + i) * gap, disturbed);
		done += some;
	}
}

static double microseconds(double cycles)
{
	return cycles * 1e6 / (double)rte_get_tsc_hz();
}

/* waits: sorted. */
static double share(const double *waits, unsigned count, double part)
{
	return count > 0 ? microseconds(waits[(unsigned)(part * (count - 1))]) : 0;
}

static void take_passes(
	struct bench_gateway *gateway, struct meter *meter, double gap, double seconds)
{
	const uint64_t end = rte_rdtsc() + (uint64_t)(seconds * (double)rte_get_tsc_hz());

	do /* once at least: on a busy machine the packets may take all the time to make */
		take_pass(gateway, meter, gap);
	while (meter->count < SAMPLES_MAX && rte_rdtsc() < end);
	/* Sorts them. */
	(void)bench_median(meter->waits, meter->count);
	if (meter->undisturbed_count > 0)
		(void)bench_median(meter->undisturbed, meter->undisturbed_count);
}

/* Written to, and not with zeros: else the first one into each page would wait for the kernel. */
static double *samples(void)
{
	double *values = malloc(SAMPLES_MAX * sizeof(*values));

	if (!values)
		bench_fail("no memory");
	return memset(values, 0xff, SAMPLES_MAX * sizeof(*values));
}

void bench_latency_measure(struct bench_gateway *gateway, const struct bench_row *row,
	struct bench_latency *latency, double seconds)
{
	const double gap = row->cycles_per_packet * 100 / latency->load_percent;
	struct meter *meter = calloc(1, sizeof(*meter));

	if (!meter)
		bench_fail("no memory");
	meter->waits = samples();
	meter->undisturbed = samples();
	bench_gateway_fill(gateway, row);
	bench_packets_make(gateway, row, &meter->packets);
	take_passes(gateway, meter, gap, seconds);
	latency->p50_us = share(meter->waits, meter->count, 0.5);
	latency->p99_us = share(meter->waits, meter->count, 0.99);
	latency->p999_us = share(meter->waits, meter->count, 0.999);
	latency->undisturbed_p99_us = share(meter->undisturbed, meter->undisturbed_count, 0.99);
	latency->undisturbed_p999_us = share(meter->undisturbed, meter->undisturbed_count, 0.999);
	latency->disturbed_percent =
		100.0 * (meter->count - meter->undisturbed_count) / meter->count;
	bench_packets_free(&meter->packets);
	free(meter->waits);
	free(meter->undisturbed);
	free(meter);
}
