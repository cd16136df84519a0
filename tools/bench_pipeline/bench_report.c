/* SPDX-License-Identifier: BSD-3-Clause */
/* The last step: a line per row as soon as it is known, the file at the end. */
#include "bench_report.h"

#include <errno.h>
#include <stdio.h>

#include <jansson.h>

static const char *direction_name(const struct bench_row *row)
{
	return row->direction == SA_INBOUND ? "inbound" : "outbound";
}

void bench_report_head(void)
{
	printf("One core, no ports, bursts of 64, TSC cycles per packet; bare: IPsec-MB alone over "
	       "the same packets.\n\n"
	       "%-9s %-14s %5s %5s %8s %8s %11s %7s\n",
		"direction", "algorithm", "frame", "SAs", "cycles", "bare", "bare/cycles", "Mpps");
}

void bench_report_row(const struct bench_row *row)
{
	printf("%-9s %-14s %5u %5u %8.1f %8.1f %11.2f %7.2f\n", direction_name(row),
		sa_algorithm_name(row->algorithm), row->frame_bytes, row->sas,
		row->cycles_per_packet, row->crypto_cycles_per_packet, row->efficiency, row->mpps);
	fflush(stdout);
}

static double rounded(double value, double digits)
{
	return (double)(int64_t)(value * digits + 0.5) / digits;
}

int bench_report_json(const char *path, const struct bench_row *rows, size_t count)
{
	json_t *list = json_array(), *root = json_pack("{s:o}", "rows", list);
	int error = 0;

	for (size_t i = 0; i < count; i++) {
		const struct bench_row *row = &rows[i];
		json_t *item = json_pack("{s:s, s:s, s:i, s:i, s:f, s:f, s:f, s:f}", "direction",
			direction_name(row), "algorithm", sa_algorithm_name(row->algorithm),
			"frame_bytes", (int)row->frame_bytes, "sas", (int)row->sas,
			"cycles_per_packet", rounded(row->cycles_per_packet, 10),
			"crypto_cycles_per_packet", rounded(row->crypto_cycles_per_packet, 10),
			"efficiency", rounded(row->efficiency, 1000), "mpps",
			rounded(row->mpps, 1000));

		if (!item || json_array_append_new(list, item) < 0)
			error = -ENOMEM;
	}
	if (!error && json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) < 0)
		error = errno ? -errno : -EIO;
	json_decref(root);
	return error;
}
