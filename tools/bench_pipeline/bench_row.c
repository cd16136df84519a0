/* SPDX-License-Identifier: BSD-3-Clause */
/* Pipeline and bare crypto take turns over packets of the same kind in one run, so that both meet
 * the same caches, clock and neighbours. Of a pass the medians over all bursts count, of several
 * passes the medians of these. */
#include "bench_row.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>

#include "bare_crypto.h"
#include "bench_commands.h"
#include "bench_median.h"
#include "bench_packets.h"
#include "pipeline.h"

#define ROUNDS_MIN 9
#define ROUNDS_MAX 1024
#define BURSTS     (BENCH_PACKETS / BURST_MAX) /* of a round */

struct bench {
	struct bench_gateway *gateway;
	const struct bench_row *row;
	struct bare_crypto *crypto;
	struct bench_commands *commands; /* NULL: none arrive */
	struct bench_packets packets;
	struct burst burst;
	/* A value for each burst, so that one that was disturbed spoils no other's. */
	double all[ROUNDS_MAX * BURSTS], bare[ROUNDS_MAX * BURSTS];
	double stages[BENCH_STAGES][ROUNDS_MAX * BURSTS];
	/* Bursts that met caches in which commands had just been at work. */
	double after[ROUNDS_MAX * BURSTS];
	unsigned afters;
	bool is_after;
};

static void run_pipeline(struct bench *bench)
{
	if (bench->row->direction == SA_INBOUND)
		pipeline_inbound(&bench->gateway->path, &bench->burst);
	else
		pipeline_outbound(&bench->gateway->path, &bench->burst);
}

/* One pass over all buffers, in cycles per packet; all that is genuine must pass. */
static void pass_pipeline(struct bench *bench, unsigned round)
{
	const uint64_t *dropped = bench->gateway->counters.dropped;
	uint64_t forged = dropped[DROP_ICV];
	unsigned passed = 0;

	bench_packets_stamp(&bench->packets);
	for (unsigned i = 0; i < BURSTS; i++) {
		uint64_t start, taken;

		bench_packets_load(&bench->packets, i * BURST_MAX, BURST_MAX, &bench->burst);
		start = rte_rdtsc_precise();
		run_pipeline(bench);
		taken = rte_rdtsc_precise() - start;
		bench->all[round * BURSTS + i] = (double)taken / BURST_MAX;
		passed += bench->burst.count;
		if (bench->is_after)
			bench->after[bench->afters++] = bench->all[round * BURSTS + i];
		bench->is_after = bench->commands && bench_commands_run(bench->commands, taken);
	}
	if (passed != BENCH_PACKETS - bench->packets.forged ||
		dropped[DROP_ICV] - forged != bench->packets.forged)
		bench_fail("%u of %u packets passed, %u are genuine", passed, BENCH_PACKETS,
			BENCH_PACKETS - bench->packets.forged);
}

static void pass_bare(struct bench *bench, unsigned round)
{
	uint8_t tags[BURST_MAX][16];

	bench_packets_stamp_other(&bench->packets);
	for (unsigned i = 0; i < BURSTS; i++) {
		uint64_t start = rte_rdtsc_precise();

		bare_crypto_burst(bench->crypto, bench->row->algorithm,
			bench->packets.packet + i * BURST_MAX, tags);
		bench->bare[round * BURSTS + i] = (double)(rte_rdtsc_precise() - start) / BURST_MAX;
	}
}

static void pass_stages(struct bench *bench, unsigned round)
{
	const struct pipeline_pass *passes = bench->row->direction == SA_INBOUND
						     ? pipeline_inbound_passes
						     : pipeline_outbound_passes;
	unsigned passed = 0;

	bench_packets_stamp(&bench->packets);
	for (unsigned i = 0; i < BURSTS; i++) {
		bench_packets_load(&bench->packets, i * BURST_MAX, BURST_MAX, &bench->burst);
		for (unsigned pass = 0; passes[pass].name; pass++) {
			uint64_t start = rte_rdtsc_precise();

			passes[pass].run(&bench->gateway->path, &bench->burst);
			bench->stages[pass][round * BURSTS + i] =
				(double)(rte_rdtsc_precise() - start) / BURST_MAX;
		}
		passed += bench->burst.count;
	}
	if (passed != BENCH_PACKETS - bench->packets.forged)
		bench_fail("%u of %u packets passed one by one, %u are genuine", passed,
			BENCH_PACKETS, BENCH_PACKETS - bench->packets.forged);
}

static void flip_octets(struct bench *bench)
{
	for (unsigned i = 0; i < BENCH_PACKETS; i++) {
		struct bench_packet *packet = &bench->packets.packet[i];

		packet->esp[8 + i % (packet->esp_len - 8)] ^= 0x40;
	}
}

/* Inbound: with one octet changed, anywhere that the ICV covers, not one packet passes. */
static void check_inbound(struct bench *bench)
{
	const uint64_t *dropped = bench->gateway->counters.dropped;
	uint64_t before = dropped[DROP_ICV];

	bench_packets_stamp(&bench->packets);
	flip_octets(bench);
	for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
		bench_packets_load(&bench->packets, from, BURST_MAX, &bench->burst);
		run_pipeline(bench);
	}
	if (dropped[DROP_ICV] - before != BENCH_PACKETS)
		bench_fail("%u of %u changed packets dropped",
			(unsigned)(dropped[DROP_ICV] - before), BENCH_PACKETS);
	flip_octets(bench);
}

/* Outbound: each tag is what IPsec-MB alone makes of the packet, and of no other. */
static void check_outbound(struct bench *bench)
{
	uint8_t tags[BURST_MAX][16];

	pass_pipeline(bench, 0);
	for (unsigned changed = 0; changed < 2; changed++) {
		for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
			struct bench_packet *packets = bench->packets.packet + from;

			bare_crypto_burst(bench->crypto, bench->row->algorithm, packets, tags);
			for (unsigned i = 0; i < BURST_MAX; i++)
				if ((memcmp(packets[i].esp + packets[i].esp_len, tags[i],
					     SA_ICV_LEN) == 0) == changed)
					bench_fail("packet %u left with a wrong ICV", from + i);
		}
		flip_octets(bench);
	}
}

static unsigned take_rounds(struct bench *bench, double seconds)
{
	const uint64_t end = rte_rdtsc() + (uint64_t)(seconds * (double)rte_get_tsc_hz());
	unsigned rounds = 0;

	while (rounds < ROUNDS_MAX && (rounds < ROUNDS_MIN || rte_rdtsc() < end)) {
		/* Neither is always the one that finds what the other has left in the caches. */
		if (rounds % 2) {
			pass_bare(bench, rounds);
			pass_pipeline(bench, rounds);
		} else {
			pass_pipeline(bench, rounds);
			pass_bare(bench, rounds);
		}
		pass_stages(bench, rounds);
		rounds++;
	}
	return rounds;
}

/* What commands cost each packet: carrying them out, and what the next burst took longer. */
static double commands_cycles(struct bench *bench, double cycles, unsigned rounds)
{
	double longer = bench->afters ? bench_median(bench->after, bench->afters) - cycles : 0;

	return bench_commands_cycles(bench->commands, rounds * BENCH_PACKETS) +
	       longer * bench->afters / (rounds * BURSTS);
}

static void report(struct bench *bench, struct bench_row *row, unsigned rounds)
{
	row->cycles_per_packet = bench_median(bench->all, rounds * BURSTS);
	if (bench->commands)
		row->cycles_per_packet += commands_cycles(bench, row->cycles_per_packet, rounds);
	row->crypto_cycles_per_packet = bench_median(bench->bare, rounds * BURSTS);
	row->efficiency = row->crypto_cycles_per_packet / row->cycles_per_packet;
	for (unsigned i = 0; i < BENCH_STAGES; i++)
		row->stages[i] = bench_median(bench->stages[i], rounds * BURSTS);
}

void bench_row_measure(struct bench_gateway *gateway, struct bench_row *row, double seconds)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (!bench)
		bench_fail("no memory");
	bench->gateway = gateway;
	bench->row = row;
	bench->crypto = bare_crypto_open();
	bench_gateway_fill(gateway, row);
	bench_packets_make(gateway, row, &bench->packets);
	if (row->direction == SA_INBOUND)
		check_inbound(bench);
	else
		check_outbound(bench);
	if (row->commands_per_second > 0)
		bench->commands = bench_commands_open(gateway, row);
	report(bench, row, take_rounds(bench, seconds));
	if (bench->commands)
		bench_commands_close(bench->commands);
	bench_packets_free(&bench->packets);
	bare_crypto_close(bench->crypto);
	free(bench);
}

static double median_of(const struct bench_row *measured, unsigned count, size_t at)
{
	double values[BENCH_PASSES];

	for (unsigned i = 0; i < count; i++)
		memcpy(&values[i], (const char *)&measured[i] + at, sizeof(values[i]));
	return bench_median(values, count);
}

void bench_row_median(struct bench_row *row, const struct bench_row *measured, unsigned count)
{
	*row = measured[0];
	row->cycles_per_packet =
		median_of(measured, count, offsetof(struct bench_row, cycles_per_packet));
	row->crypto_cycles_per_packet =
		median_of(measured, count, offsetof(struct bench_row, crypto_cycles_per_packet));
	row->efficiency = median_of(measured, count, offsetof(struct bench_row, efficiency));
	for (unsigned stage = 0; stage < BENCH_STAGES; stage++)
		row->stages[stage] =
			median_of(measured, count, offsetof(struct bench_row, stages[stage]));
	row->cycles_min = row->cycles_max = measured[0].cycles_per_packet;
	for (unsigned i = 1; i < count; i++) {
		double cycles = measured[i].cycles_per_packet;

		row->cycles_min = cycles < row->cycles_min ? cycles : row->cycles_min;
		row->cycles_max = cycles > row->cycles_max ? cycles : row->cycles_max;
	}
}
