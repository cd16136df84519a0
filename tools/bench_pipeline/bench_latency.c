/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrivals are moments on a clock that stands still only while packets are made, so a worker that
 * is held up owes the waiting to all of them, as far as the port's queue holds them.
 *
 * A hypervisor takes the core away some thousand times a second. Nothing of ours takes AWAY_US
 * between two looks at the queue, nor longer for a burst than twice what so many packets took at
 * best: the packets that were there or came in such a gap, and those behind them until less than
 * half a burst waits, are counted apart. Whether gaps are ours is told by how many a core meets
 * that does nothing. */
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
#define AWAY_US     5
#define QUEUE       512 /* packets, as of a port */

struct meter {
	struct bench_gateway *gateway;
	struct bench_packets packets;
	struct burst burst;
	double gap;                  /* cycles between arrivals */
	double *waits, *undisturbed; /* cycles; the latter: of those that met no absence */
	unsigned count, undisturbed_count;
	double least[BURST_MAX + 1]; /* cycles that a burst of so many has taken */
	uint64_t start;              /* of the clock, later by all that has been made since */
	double end;                  /* of the last look at the queue, or burst */
	unsigned absences;
	double back;           /* from the last one */
	bool backlog;          /* of that */
	double arrived[QUEUE]; /* a ring: when those that wait came */
	unsigned first, waiting;
	double arrivals, lost; /* those that found the queue full */
};

static double away(void)
{
	return (double)rte_get_tsc_hz() / 1e6 * AWAY_US;
}

static double clock_of(const struct meter *meter)
{
	return (double)(rte_rdtsc() - meter->start);
}

static void take_burst(struct meter *meter, unsigned from, unsigned count)
{
	bench_packets_load(&meter->packets, from, count, &meter->burst);
	pipeline_inbound(&meter->gateway->path, &meter->burst);
	if (meter->burst.count != count)
		bench_fail("%u of %u genuine packets passed", meter->burst.count, count);
}

/* What so many packets take at best, before the clock runs. */
static void learn(struct meter *meter)
{
	for (unsigned count = 1; count <= BURST_MAX; count++) {
		bench_packets_stamp(&meter->packets);
		for (unsigned from = 0; from + count <= BENCH_PACKETS; from += count) {
			uint64_t start = rte_rdtsc();
			double taken, *least = &meter->least[count];

			take_burst(meter, from, count);
			taken = (double)(rte_rdtsc() - start);
			if (from == 0 || taken < *least)
				*least = taken;
		}
	}
}

/* From the last look or burst to this moment, where our work takes so much at best. */
static void note_gap(struct meter *meter, double now, double least)
{
	if (now - meter->end > 2 * least + away()) {
		meter->absences++;
		meter->back = now;
		meter->backlog = true;
	}
	meter->end = now;
}

/* Those that have come by now are in the queue. */
static void receive(struct meter *meter, double now)
{
	for (; meter->arrivals * meter->gap <= now; meter->arrivals++) {
		if (meter->waiting == QUEUE) {
			double more = (double)(uint64_t)(now / meter->gap) + 1 - meter->arrivals;

			meter->lost += more;
			meter->arrivals += more;
			return;
		}
		meter->arrived[(meter->first + meter->waiting++) % QUEUE] =
			meter->arrivals * meter->gap;
	}
}

static void note_waits(struct meter *meter, unsigned count)
{
	for (unsigned i = 0; i < count && meter->count < SAMPLES_MAX; i++) {
		double arrived = meter->arrived[(meter->first + i) % QUEUE];

		meter->waits[meter->count++] = meter->end - arrived;
		if (!meter->backlog && arrived >= meter->back)
			meter->undisturbed[meter->undisturbed_count++] = meter->end - arrived;
	}
	meter->first = (meter->first + count) % QUEUE;
	meter->waiting -= count;
}

/* One pass over all buffers. */
static void take_pass(struct meter *meter)
{
	uint64_t stop = rte_rdtsc();
	unsigned done = 0;

	bench_packets_stamp(&meter->packets);
	meter->start += rte_rdtsc() - stop;
	while (done < BENCH_PACKETS) {
		unsigned some, left = BENCH_PACKETS - done;

		note_gap(meter, clock_of(meter), 0);
		receive(meter, meter->end);
		if (meter->waiting < BURST_MAX / 2)
			meter->backlog = false;
		some = meter->waiting < BURST_MAX ? meter->waiting : BURST_MAX;
		some = some < left ? some : left;
		if (some == 0) {
			rte_pause();
			continue;
		}
		take_burst(meter, done, some);
		note_gap(meter, clock_of(meter), meter->least[some]);
		note_waits(meter, some);
		done += some;
	}
}

static double microseconds(double cycles)
{
	return cycles * 1e6 / (double)rte_get_tsc_hz();
}

/* Sorts them. */
static struct bench_shares shares_of(double *waits, unsigned count)
{
	struct bench_shares shares = {.count = count};

	if (count == 0)
		return shares;
	(void)bench_median(waits, count);
	shares.p50_us = microseconds(waits[(unsigned)(0.5 * (count - 1))]);
	shares.p99_us = microseconds(waits[(unsigned)(0.99 * (count - 1))]);
	shares.p999_us = microseconds(waits[(unsigned)(0.999 * (count - 1))]);
	return shares;
}

static void report(struct meter *meter, struct bench_latency *latency)
{
	latency->all = shares_of(meter->waits, meter->count);
	latency->undisturbed = shares_of(meter->undisturbed, meter->undisturbed_count);
	latency->disturbed_percent =
		100.0 * (meter->count - meter->undisturbed_count) / meter->count;
	latency->lost_percent = 100.0 * meter->lost / meter->arrivals;
	latency->absences_per_second = meter->absences * 1e6 / microseconds(meter->end);
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
	const uint64_t cycles = (uint64_t)(seconds * (double)rte_get_tsc_hz());
	struct meter *meter = calloc(1, sizeof(*meter));

	if (!meter)
		bench_fail("no memory");
	meter->gateway = gateway;
	meter->gap = row->cycles_per_packet * 100 / latency->load_percent;
	meter->waits = samples();
	meter->undisturbed = samples();
	bench_gateway_fill(gateway, row);
	bench_packets_make(gateway, row, &meter->packets);
	learn(meter);
	meter->start = rte_rdtsc();
	do /* once at least: on a busy machine the packets may take all the time to make */
		take_pass(meter);
	while (meter->count < SAMPLES_MAX && meter->end < (double)cycles);
	report(meter, latency);
	bench_packets_free(&meter->packets);
	free(meter->waits);
	free(meter->undisturbed);
	free(meter);
}

double bench_latency_idle_absences(double seconds)
{
	const double cycles = seconds * (double)rte_get_tsc_hz();
	struct meter meter = {.start = rte_rdtsc()};

	while (meter.end < cycles) {
		note_gap(&meter, clock_of(&meter), 0);
		rte_pause();
	}
	return meter.absences / seconds;
}
