/* SPDX-License-Identifier: BSD-3-Clause */
/* Pipeline and bare crypto take turns over the same packets in one run, so that both meet the same
 * caches, clock and neighbours; the medians of many rounds are what is reported. */
#include "bench_row.h"

#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>

#include "bare_crypto.h"
#include "bench_packets.h"
#include "pipeline.h"

#define ROUNDS_MIN 9
#define ROUNDS_MAX 4096

struct bench {
	struct bench_gateway *gateway;
	const struct bench_row *row;
	struct bare_crypto *crypto;
	struct bench_packet packets[BENCH_PACKETS];
	struct burst burst;
	double all[ROUNDS_MAX], bare[ROUNDS_MAX];
};

static void run_pipeline(struct bench *bench)
{
	if (bench->row->direction == SA_INBOUND)
		pipeline_inbound(&bench->gateway->path, &bench->burst);
	else
		pipeline_outbound(&bench->gateway->path, &bench->burst);
}

/* Cycles per packet of one pass over all packets; all of them must pass. */
static double pass_pipeline(struct bench *bench)
{
	uint64_t cycles = 0;

	bench_packets_restore(bench->packets);
	for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
		uint64_t start;

		bench_packets_load(bench->packets, from, &bench->burst);
		start = rte_rdtsc_precise();
		run_pipeline(bench);
		cycles += rte_rdtsc_precise() - start;
		if (bench->burst.count != BURST_MAX)
			bench_fail(
				"%u of %u genuine packets passed", bench->burst.count, BURST_MAX);
	}
	return (double)cycles / BENCH_PACKETS;
}

static double pass_bare(struct bench *bench)
{
	uint8_t tags[BURST_MAX][16];
	uint64_t cycles = 0;

	bench_packets_restore(bench->packets);
	for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
		uint64_t start = rte_rdtsc_precise();

		bare_crypto_burst(
			bench->crypto, bench->row->algorithm, bench->packets + from, tags);
		cycles += rte_rdtsc_precise() - start;
	}
	return (double)cycles / BENCH_PACKETS;
}

/* Inbound: with one octet changed, anywhere that the ICV covers, not one packet passes. */
static void check_inbound(struct bench *bench)
{
	const uint64_t *dropped = bench->gateway->counters.dropped;
	uint64_t before = dropped[DROP_ICV];

	bench_packets_restore(bench->packets);
	for (unsigned i = 0; i < BENCH_PACKETS; i++)
		bench->packets[i].esp[8 + i % (bench->packets[i].esp_len - 8)] ^= 0x40;
	for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
		bench_packets_load(bench->packets, from, &bench->burst);
		run_pipeline(bench);
	}
	if (dropped[DROP_ICV] - before != BENCH_PACKETS)
		bench_fail("%u of %u changed packets dropped",
			(unsigned)(dropped[DROP_ICV] - before), BENCH_PACKETS);
	for (unsigned i = 0; i < BENCH_PACKETS; i++)
		bench->packets[i].esp[8 + i % (bench->packets[i].esp_len - 8)] ^= 0x40;
}

/* Outbound: each tag is what IPsec-MB alone makes of the packet, and of no other. */
static void check_outbound(struct bench *bench)
{
	uint8_t tags[BURST_MAX][16], changed[BURST_MAX][16];

	(void)pass_pipeline(bench);
	for (unsigned from = 0; from < BENCH_PACKETS; from += BURST_MAX) {
		struct bench_packet *packets = bench->packets + from;

		bare_crypto_burst(bench->crypto, bench->row->algorithm, packets, tags);
		for (unsigned i = 0; i < BURST_MAX; i++)
			packets[i].esp[8 + i % (packets[i].esp_len - 8)] ^= 0x40;
		bare_crypto_burst(bench->crypto, bench->row->algorithm, packets, changed);
		for (unsigned i = 0; i < BURST_MAX; i++) {
			const uint8_t *written = packets[i].esp + packets[i].esp_len;

			packets[i].esp[8 + i % (packets[i].esp_len - 8)] ^= 0x40;
			if (memcmp(written, tags[i], SA_ICV_LEN) != 0 ||
				memcmp(written, changed[i], SA_ICV_LEN) == 0)
				bench_fail("packet %u left with a wrong ICV", from + i);
		}
	}
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, unsigned count)
{
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static unsigned take_rounds(struct bench *bench, double seconds)
{
	const uint64_t end = rte_rdtsc() + (uint64_t)(seconds * (double)rte_get_tsc_hz());
	unsigned rounds = 0;

	while (rounds < ROUNDS_MAX && (rounds < ROUNDS_MIN || rte_rdtsc() < end)) {
		/* Neither is always the one that finds what the other has left in the caches. */
		if (rounds % 2) {
			bench->bare[rounds] = pass_bare(bench);
			bench->all[rounds] = pass_pipeline(bench);
		} else {
			bench->all[rounds] = pass_pipeline(bench);
			bench->bare[rounds] = pass_bare(bench);
		}
		rounds++;
	}
	return rounds;
}

void bench_row_measure(struct bench_gateway *gateway, struct bench_row *row, double seconds)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct sa_entry *sas[BENCH_SAS_MAX];
	unsigned rounds;

	if (!bench)
		bench_fail("no memory");
	bench->gateway = gateway;
	bench->row = row;
	bench->crypto = bare_crypto_open();
	bench_gateway_fill(gateway, row->direction, row->algorithm, row->sas, sas);
	bench_packets_make(gateway, row, sas, bench->packets);
	if (row->direction == SA_INBOUND)
		check_inbound(bench);
	else
		check_outbound(bench);
	rounds = take_rounds(bench, seconds);
	row->cycles_per_packet = median(bench->all, rounds);
	row->crypto_cycles_per_packet = median(bench->bare, rounds);
	row->efficiency = row->crypto_cycles_per_packet / row->cycles_per_packet;
	row->mpps = (double)rte_get_tsc_hz() / row->cycles_per_packet / 1e6;
	bench_packets_free(bench->packets);
	bare_crypto_close(bench->crypto);
	free(bench);
}
