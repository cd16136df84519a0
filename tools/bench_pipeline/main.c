/* SPDX-License-Identifier: BSD-3-Clause */
/* portcullis-bench: cycles per packet of the real pipeline beside those of bare IPsec-MB.
 * `tools/bench` builds and runs it. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_gateway.h"
#include "bench_report.h"
#include "bench_row.h"

#define ROWS_MAX      64
#define SECONDS       1.5
#define SECONDS_QUICK 0.3

static const char usage[] =
	"usage: tools/bench [--quick] [--json FILE]\n"
	"  Sends genuine packets through the data plane's pipeline and prints TSC cycles per "
	"packet\n"
	"  beside what IPsec-MB alone takes for the same packets in the same run.\n"
	"  --quick      shorter: some ten seconds instead of a minute, medians of fewer rounds\n"
	"  --json FILE  the rows as JSON, too\n";

static size_t make_rows(struct bench_row *rows)
{
	static const unsigned frames[] = {128, 512, 1400}, sas[] = {1, 1000};
	static const enum sa_algorithm algorithms[] = {SA_HMAC_SHA_1_96, SA_HMAC_MD5_96};
	static const enum sa_direction directions[] = {SA_INBOUND, SA_OUTBOUND};
	size_t count = 0;

	for (unsigned d = 0; d < 2; d++)
		for (unsigned a = 0; a < 2; a++)
			for (unsigned f = 0; f < 3; f++)
				for (unsigned s = 0; s < 2; s++)
					rows[count++] =
						(struct bench_row){.direction = directions[d],
							.algorithm = algorithms[a],
							.frame_bytes = frames[f],
							.sas = sas[s]};
	return count;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"quick", no_argument, NULL, 'q'},
		{"json", required_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	static struct bench_gateway gateway;
	struct bench_row rows[ROWS_MAX];
	size_t count = make_rows(rows);
	double seconds = SECONDS;
	const char *json = NULL;
	int option, error;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'q') {
			seconds = SECONDS_QUICK;
		} else if (option == 'j') {
			json = optarg;
		} else {
			fputs(usage, option == 'h' ? stdout : stderr);
			return option == 'h' ? EXIT_SUCCESS : EXIT_FAILURE;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return EXIT_FAILURE;
	}
	bench_gateway_open(&gateway);
	bench_report_head();
	for (size_t i = 0; i < count; i++) {
		bench_row_measure(&gateway, &rows[i], seconds);
		bench_report_row(&rows[i]);
	}
	bench_gateway_close(&gateway);
	error = json ? bench_report_json(json, rows, count) : 0;
	if (error)
		bench_fail("%s: %s", json, strerror(-error));
	return EXIT_SUCCESS;
}
