/* SPDX-License-Identifier: BSD-3-Clause */
/* The last step: a line per row as soon as it is known, the file at the end. */
#include "bench_report.h"

#include <errno.h>
#include <stdio.h>

#include <jansson.h>
#include <rte_cycles.h>

#include "pipeline.h"

static const char *direction_name(const struct bench_row *row)
{
	return row->direction == SA_INBOUND ? "inbound" : "outbound";
}

static const char *family_name(const struct bench_row *row)
{
	return row->family == NET_IPV4 ? "ipv4" : "ipv6";
}

static const char *spis_name(const struct bench_row *row)
{
	return row->spis_given ? "given" : "chosen";
}

static double mpps_of(double cycles)
{
	return (double)rte_get_tsc_hz() / cycles / 1e6;
}

void bench_report_head(double port_cycles)
{
	printf("One core, bursts of %u, TSC cycles per packet; bare: IPsec-MB alone over the same "
	       "packets.\nNo ports: a null port in and out would cost %.0f cycles more.\n\n"
	       "%-9s %-13s %-8s %-6s %5s %7s %6s %6s %8s %8s %8s %6s %7s\n",
		BURST_MAX, port_cycles, "direction", "algorithm", "engine", "family", "frame",
		"SAs", "SPIs", "forged", "commands", "cycles", "bare", "ratio", "Mpps");
}

static void print_stages(const struct bench_row *row)
{
	const struct pipeline_pass *passes =
		row->direction == SA_INBOUND ? pipeline_inbound_passes : pipeline_outbound_passes;

	for (unsigned i = 0; passes[i].name; i++)
		printf("  %s %.1f", passes[i].name, row->stages[i]);
	putchar('\n');
}

void bench_report_row(const struct bench_row *row, bool stages)
{
	char frame[12] = "mix";

	if (row->frame_bytes != BENCH_MIX)
		snprintf(frame, sizeof(frame), "%u", row->frame_bytes);
	printf("%-9s %-13s %-8s %-6s %5s %7u %6s %5u%% %8u %8.1f %8.1f %6.2f %7.2f\n",
		direction_name(row), sa_algorithm_name(row->algorithm),
		icv_engine_name(row->engine), family_name(row), frame, row->sas, spis_name(row),
		row->forged_percent, row->commands_per_second, row->cycles_per_packet,
		row->crypto_cycles_per_packet, row->efficiency, mpps_of(row->cycles_per_packet));
	if (stages)
		print_stages(row);
	fflush(stdout);
}

void bench_report_latency(const struct bench_latency *latency)
{
	printf("latency at %3u%% of capacity: p50 %.1f us, p99 %.1f us, p99.9 %.1f us, "
	       "%.2f%% lost; the core was away %.0f times a second: ",
		latency->load_percent, latency->all.p50_us, latency->all.p99_us,
		latency->all.p999_us, latency->lost_percent, latency->absences_per_second);
	if (latency->undisturbed.count > 0)
		printf("without the %.1f%% that met that p99 %.1f us, p99.9 %.1f us\n",
			latency->disturbed_percent, latency->undisturbed.p99_us,
			latency->undisturbed.p999_us);
	else
		printf("all met that\n");
	fflush(stdout);
}

void bench_report_idle_absences(double per_second)
{
	printf("doing nothing, the core is away %.0f times a second for more than 5 us\n",
		per_second);
}

void bench_report_workers(const struct bench_workers *workers)
{
	printf("2 workers at once: %.1f cycles per packet each, alone %.1f; %.2f Mpps, %.2f times "
	       "one\n"
	       "each packet at the wrong worker: %.1f cycles there, %.1f at its owner\n",
		workers->together, workers->alone, mpps_of(workers->alone) * workers->scaling,
		workers->scaling, workers->handing, workers->taking);
	fflush(stdout);
}

static double rounded(double value, double digits)
{
	return (double)(int64_t)(value * digits + 0.5) / digits;
}

static json_t *kind_json(const struct bench_row *row, int workers)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:s, s:i, s:i, s:i}", "direction",
		direction_name(row), "algorithm", sa_algorithm_name(row->algorithm), "engine",
		icv_engine_name(row->engine), "family", family_name(row), "frame_bytes",
		(int)row->frame_bytes, "sas", (int)row->sas, "spis", spis_name(row), "workers",
		workers, "forged_percent", (int)row->forged_percent, "commands_per_second",
		(int)row->commands_per_second);
}

static json_t *row_json(const struct bench_row *row, double port_cycles)
{
	json_t *item = kind_json(row, 1);

	json_object_set_new(
		item, "cycles_per_packet", json_real(rounded(row->cycles_per_packet, 10)));
	json_object_set_new(item, "cycles_per_packet_min", json_real(rounded(row->cycles_min, 10)));
	json_object_set_new(item, "cycles_per_packet_max", json_real(rounded(row->cycles_max, 10)));
	json_object_set_new(item, "crypto_cycles_per_packet",
		json_real(rounded(row->crypto_cycles_per_packet, 10)));
	json_object_set_new(item, "efficiency", json_real(rounded(row->efficiency, 1000)));
	json_object_set_new(item, "port_cycles", json_real(rounded(port_cycles, 10)));
	json_object_set_new(
		item, "mpps", json_real(rounded(mpps_of(row->cycles_per_packet), 1000)));
	if (row->frame_bytes == BENCH_MIX)
		json_object_set_new(item, "mix", json_string("sip"));
	return item;
}

/* Two workers, each with its own packets. */
static json_t *scaling_json(const struct bench_workers *workers)
{
	json_t *item = kind_json(&workers->row, 2);

	json_object_set_new(item, "handed_over_percent", json_integer(0));
	json_object_set_new(item, "cycles_per_packet", json_real(rounded(workers->together, 10)));
	json_object_set_new(
		item, "mpps", json_real(rounded(mpps_of(workers->alone) * workers->scaling, 1000)));
	json_object_set_new(item, "scaling", json_real(rounded(workers->scaling, 1000)));
	return item;
}

/* One worker receives, the other one owns. */
static json_t *hand_over_json(const struct bench_workers *workers)
{
	json_t *item = kind_json(&workers->row, 2);

	json_object_set_new(item, "handed_over_percent", json_integer(100));
	json_object_set_new(item, "cycles_per_packet", json_real(rounded(workers->taking, 10)));
	json_object_set_new(
		item, "hand_over_cycles_per_packet", json_real(rounded(workers->handing, 10)));
	json_object_set_new(item, "mpps", json_real(rounded(mpps_of(workers->taking), 1000)));
	return item;
}

static json_t *us_json(const struct bench_shares *shares, double us)
{
	return shares->count > 0 ? json_real(rounded(us, 10)) : json_null();
}

static json_t *latency_json(const struct bench_latency *latency)
{
	const struct bench_shares *all = &latency->all, *others = &latency->undisturbed;

	return json_pack("{s:i, s:o, s:o, s:o, s:f, s:f, s:f, s:o, s:o, s:o}", "load_percent",
		(int)latency->load_percent, "p50_us", us_json(all, all->p50_us), "p99_us",
		us_json(all, all->p99_us), "p99_9_us", us_json(all, all->p999_us), "lost_percent",
		rounded(latency->lost_percent, 100), "absences_per_second",
		rounded(latency->absences_per_second, 1), "disturbed_percent",
		rounded(latency->disturbed_percent, 10), "undisturbed_p50_us",
		us_json(others, others->p50_us), "undisturbed_p99_us",
		us_json(others, others->p99_us), "undisturbed_p99_9_us",
		us_json(others, others->p999_us));
}

int bench_report_json(const char *path, double port_cycles, const struct bench_row *rows,
	size_t count, const struct bench_latency *latencies, size_t latency_count,
	const struct bench_workers *workers)
{
	json_t *list = json_array(), *waits = json_array();
	json_t *root = json_pack("{s:o, s:o}", "rows", list, "latency", waits);
	int error = 0;

	for (size_t i = 0; i < count; i++)
		if (json_array_append_new(list, row_json(&rows[i], port_cycles)) < 0)
			error = -ENOMEM;
	if (workers && (json_array_append_new(list, scaling_json(workers)) < 0 ||
			       json_array_append_new(list, hand_over_json(workers)) < 0))
		error = -ENOMEM;
	for (size_t i = 0; i < latency_count; i++)
		if (json_array_append_new(waits, latency_json(&latencies[i])) < 0)
			error = -ENOMEM;
	if (!error && json_dump_file(root, path, JSON_INDENT(1) | JSON_REAL_PRECISION(6)) < 0)
		error = errno ? -errno : -EIO;
	json_decref(root);
	return error;
}
