/* SPDX-License-Identifier: BSD-3-Clause */
/* Short slices of each worker alone and of both take turns, so that clock and neighbours are the
 * same for all. */
#include "bench_workers.h"

#include <stdatomic.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <rte_pause.h>
#include <rte_ring.h>

#include "bench_median.h"
#include "bench_packets.h"
#include "hand_over.h"
#include "pipeline.h"
#include "sa_owner.h"

#define SAMPLES  (1u << 18) /* bursts, at most */
#define SLICES_S 200        /* a second */
#define OTHER    1          /* lcore */
#define SAS      1000
#define FRAME    512

struct samples {
	double cycles[SAMPLES];
	unsigned count;
};

struct lane {
	struct bench_gateway *gateway;
	struct bench_packets packets;
	struct burst burst;
	struct samples *samples; /* of this slice */
	uint64_t end;
	atomic_uint taken; /* packets that the owner has done */
	atomic_bool stop;
};

struct bench {
	struct lane lanes[2];
	struct samples alone[2], together[2], handing, taking;
};

static void sample(struct samples *samples, uint64_t start, unsigned packets)
{
	uint64_t cycles = rte_rdtsc_precise() - start;

	if (samples->count < SAMPLES && packets == BURST_MAX)
		samples->cycles[samples->count++] = (double)cycles / packets;
}

static uint64_t in_seconds(double seconds)
{
	return rte_rdtsc() + (uint64_t)(seconds * (double)rte_get_tsc_hz());
}

/* The worker's loop, until the end of its slice. */
static int run_slice(void *context)
{
	struct lane *lane = context;

	while (rte_rdtsc() < lane->end) {
		bench_packets_stamp(&lane->packets);
		for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
			uint64_t start;

			bench_packets_load(&lane->packets, from, BURST_MAX, &lane->burst);
			start = rte_rdtsc_precise();
			pipeline_inbound(&lane->gateway->path, &lane->burst);
			sample(lane->samples, start, BURST_MAX);
			if (lane->burst.count != BURST_MAX)
				bench_fail("%u of %u packets passed", lane->burst.count, BURST_MAX);
		}
	}
	return 0;
}

/* Of the lanes in mask, at the same time. */
static void run_lanes(struct bench *bench, struct samples *samples, unsigned mask)
{
	for (unsigned i = 0; i < 2; i++) {
		bench->lanes[i].samples = &samples[i];
		bench->lanes[i].end = in_seconds(1.0 / SLICES_S);
	}
	if (mask & 2 && rte_eal_remote_launch(run_slice, &bench->lanes[1], OTHER) != 0)
		bench_fail("the second worker does not start");
	if (mask & 1)
		run_slice(&bench->lanes[0]);
	rte_eal_wait_lcore(OTHER);
}

/* Together, each asks whose a packet is; all are its own. */
static void measure_scaling(struct bench *bench, double seconds)
{
	const uint64_t end = in_seconds(seconds);
	struct sa_owner owners[2];

	for (unsigned i = 0; i < 2; i++) {
		sa_owner_init(&owners[i], 2);
		memset(owners[i].worker, (int)i, sizeof(owners[i].worker));
		bench->lanes[i].gateway->path.worker = i;
	}
	while (rte_rdtsc() < end) {
		run_lanes(bench, bench->alone, 1);
		run_lanes(bench, bench->alone, 2);
		for (unsigned i = 0; i < 2; i++)
			bench->lanes[i].gateway->path.hand_over =
				(struct path_hand_over){.owner = &owners[i], .workers = 2};
		run_lanes(bench, bench->together, 3);
		for (unsigned i = 0; i < 2; i++)
			bench->lanes[i].gateway->path.hand_over =
				(struct path_hand_over){.workers = 0};
	}
}

/* The owner: all that it gets comes from its ring. */
static int take_over(void *context)
{
	struct lane *lane = context;

	while (!atomic_load_explicit(&lane->stop, memory_order_relaxed)) {
		uint64_t start = rte_rdtsc_precise();
		unsigned came;

		hand_over_receive(&lane->gateway->path, PATH_OUTSIDE, &lane->burst);
		came = lane->burst.count;
		if (came == 0) {
			rte_pause();
			continue;
		}
		pipeline_inbound(&lane->gateway->path, &lane->burst);
		sample(lane->samples, start, came);
		if (lane->burst.count != came)
			bench_fail("%u of %u packets passed", lane->burst.count, came);
		atomic_fetch_add(&lane->taken, came);
	}
	return 0;
}

/* One pass over the buffers, which are stamped anew only when the owner has done with them. */
static void hand_over_pass(struct bench *bench, struct rte_ring *ring)
{
	struct lane *here = &bench->lanes[0], *there = &bench->lanes[1];

	bench_packets_stamp(&there->packets);
	atomic_store(&there->taken, 0);
	for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
		uint64_t start;

		while (rte_ring_free_count(ring) < BURST_MAX)
			rte_pause();
		bench_packets_load(&there->packets, from, BURST_MAX, &here->burst);
		start = rte_rdtsc_precise();
		pipeline_inbound(&here->gateway->path, &here->burst);
		sample(&bench->handing, start, BURST_MAX);
		if (here->burst.count + here->burst.passed + here->burst.dropped > 0)
			bench_fail("packets stayed at the wrong worker");
	}
	while (atomic_load(&there->taken) < BENCH_PACKETS)
		rte_pause();
}

static void measure_hand_over(struct bench *bench, double seconds)
{
	struct path *here = &bench->lanes[0].gateway->path, *there = &bench->lanes[1].gateway->path;
	struct rte_ring *ring = rte_ring_create(
		"bench_hand_over", HAND_OVER_RING, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	const uint64_t end = in_seconds(seconds);
	struct sa_owner owner;

	if (!ring)
		bench_fail("no memory for a ring");
	sa_owner_init(&owner, 2);
	memset(owner.worker, 1, sizeof(owner.worker)); /* all packets are the second one's */
	here->hand_over = there->hand_over = (struct path_hand_over){.owner = &owner, .workers = 2};
	here->hand_over.to[PATH_OUTSIDE][1] = there->hand_over.from[PATH_OUTSIDE][0] = ring;
	there->worker = 1;
	here->packets = there->packets; /* as in the data plane: one pool */
	bench->lanes[1].samples = &bench->taking;
	if (rte_eal_remote_launch(take_over, &bench->lanes[1], OTHER) != 0)
		bench_fail("the second worker does not start");
	while (rte_rdtsc() < end)
		hand_over_pass(bench, ring);
	atomic_store(&bench->lanes[1].stop, true);
	rte_eal_wait_lcore(OTHER);
	here->hand_over = (struct path_hand_over){.workers = 0};
	here->packets = bench->lanes[0].gateway->pool;
	rte_ring_free(ring);
}

static double median(struct samples *samples)
{
	return bench_median(samples->cycles, samples->count);
}

static void report(struct bench *bench, struct bench_workers *out)
{
	for (unsigned i = 0; i < 2; i++) {
		double alone = median(&bench->alone[i]), together = median(&bench->together[i]);

		out->alone += alone / 2;
		out->together += together / 2;
		out->scaling += alone / together; /* each CPU against itself */
	}
	out->handing = median(&bench->handing);
	out->taking = median(&bench->taking);
}

bool bench_workers_measure(struct bench_gateway *gateway, double seconds, struct bench_workers *out)
{
	static struct bench_gateway second;
	static struct bench bench;

	if (rte_lcore_count() < 2)
		return false;
	*out = (struct bench_workers){
		.row = {.direction = SA_INBOUND,
			.family = NET_IPV4,
			.algorithm = SA_HMAC_SHA_1_96,
			.engine = gateway->engines[ICV_AVX512] ? ICV_AVX512 : ICV_IPSEC_MB,
			.frame_bytes = FRAME,
			.sas = SAS}};
	bench_gateway_make(&second, "second", SAS);
	bench.lanes[0].gateway = gateway;
	bench.lanes[1].gateway = &second;
	for (unsigned i = 0; i < 2; i++) {
		bench_gateway_fill(bench.lanes[i].gateway, &out->row);
		bench_packets_make(bench.lanes[i].gateway, &out->row, &bench.lanes[i].packets);
	}
	measure_scaling(&bench, seconds);
	measure_hand_over(&bench, seconds);
	report(&bench, out);
	for (unsigned i = 0; i < 2; i++)
		bench_packets_free(&bench.lanes[i].packets);
	bench_gateway_free(&second);
	return true;
}
