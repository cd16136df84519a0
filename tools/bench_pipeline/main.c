/* SPDX-License-Identifier: BSD-3-Clause */
/* portcullis-bench: cycles per packet of the real pipeline beside those of bare IPsec-MB.
 * `tools/bench` builds and runs it. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_gateway.h"
#include "bench_grid.h"
#include "bench_latency.h"
#include "bench_port.h"
#include "bench_report.h"
#include "bench_row.h"
#include "bench_workers.h"

#define SECONDS      0.1 /* of a row in a pass */
#define SECONDS_LOAD 1.0
#define LOADS        5

struct options {
	bool quick, stages;
	const char *json;
};

static const char usage[] =
	"usage: tools/bench [--quick] [--stages] [--json FILE]\n"
	"  Sends genuine packets through the data plane's pipeline and prints TSC cycles per "
	"packet\n"
	"  beside what IPsec-MB alone takes for the same packets in the same run.\n"
	"  --quick      shorter: some ten seconds instead of minutes, and fewer rows\n"
	"  --stages     cycles per packet of each pass, under each row\n"
	"  --json FILE  the rows as JSON, too\n";

static bool read_options(int argc, char **argv, struct options *out)
{
	static const struct option options[] = {{"quick", no_argument, NULL, 'q'},
		{"stages", no_argument, NULL, 's'}, {"json", required_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int option;

	*out = (struct options){0};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'q') {
			out->quick = true;
		} else if (option == 's') {
			out->stages = true;
		} else if (option == 'j') {
			out->json = optarg;
		} else if (option == 'h') {
			fputs(usage, stdout);
			exit(EXIT_SUCCESS);
		} else {
			return false;
		}
	}
	return optind == argc;
}

/* All rows, several times over: what disturbs the machine for some seconds spoils no comparison of
 * one row with another. */
static void measure_rows(struct bench_gateway *gateway, const struct options *options,
	struct bench_row *rows, size_t count)
{
	static struct bench_row measured[BENCH_ROWS_MAX][BENCH_PASSES];
	const unsigned passes = options->quick ? 1 : BENCH_PASSES;

	for (unsigned pass = 0; pass < passes; pass++)
		for (size_t i = 0; i < count; i++) {
			measured[i][pass] = rows[i];
			bench_row_measure(gateway, &measured[i][pass], SECONDS);
			if (pass + 1 < passes)
				continue;
			bench_row_median(&rows[i], measured[i], passes);
			bench_report_row(&rows[i], options->stages);
		}
}

/* The engine that runs by default. */
static size_t measure_latencies(
	struct bench_gateway *gateway, double seconds, struct bench_latency latencies[LOADS])
{
	static const unsigned loads[LOADS] = {1, 10, 50, 80, 100};
	struct bench_row row = {.direction = SA_INBOUND,
		.family = NET_IPV4,
		.algorithm = SA_HMAC_SHA_1_96,
		.engine = gateway->engines[ICV_AVX512] ? ICV_AVX512 : ICV_IPSEC_MB,
		.frame_bytes = BENCH_MIX,
		.sas = 1000};

	bench_row_measure(gateway, &row, seconds);
	printf("\ninbound, %s, SIP mix, %u SAs, %s:\n", sa_algorithm_name(row.algorithm), row.sas,
		icv_engine_name(row.engine));
	bench_report_idle_absences(bench_latency_idle_absences(seconds));
	for (unsigned i = 0; i < LOADS; i++) {
		latencies[i] = (struct bench_latency){.load_percent = loads[i]};
		bench_latency_measure(gateway, &row, &latencies[i], seconds);
		bench_report_latency(&latencies[i]);
	}
	return LOADS;
}

int main(int argc, char **argv)
{
	static struct bench_gateway gateway;
	static struct bench_row rows[BENCH_ROWS_MAX];
	struct bench_latency latencies[LOADS];
	struct bench_workers workers;
	struct options options;
	size_t count, latency_count;
	double port_cycles, seconds;
	bool two;
	int error;

	if (!read_options(argc, argv, &options)) {
		fputs(usage, stderr);
		return EXIT_FAILURE;
	}
	bench_gateway_open(&gateway);
	port_cycles = bench_port_measure(&gateway);
	count = bench_grid(rows, options.quick, gateway.engines[ICV_AVX512] != NULL);
	bench_report_head(port_cycles);
	measure_rows(&gateway, &options, rows, count);
	seconds = options.quick ? SECONDS : SECONDS_LOAD;
	latency_count = measure_latencies(&gateway, seconds, latencies);
	two = bench_workers_measure(&gateway, seconds, &workers);
	if (two)
		bench_report_workers(&workers);
	bench_gateway_close(&gateway);
	error = options.json ? bench_report_json(options.json, port_cycles, rows, count, latencies,
				       latency_count, two ? &workers : NULL)
			     : 0;
	if (error)
		bench_fail("%s: %s", options.json, strerror(-error));
	return EXIT_SUCCESS;
}
