/* SPDX-License-Identifier: BSD-3-Clause */
/* What became of many flows. */
#include "fleet_tally.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fleet_tally_open(struct fleet_tally *tally)
{
	memset(tally, 0, sizeof(*tally));
	tally->flows = calloc(fleet_flow_count, sizeof(*tally->flows));
	return tally->flows ? 0 : -ENOMEM;
}

void fleet_tally_close(struct fleet_tally *tally)
{
	free(tally->flows);
	free(tally->took_ms);
}

/* Without memory the percentiles are those of the flows before. */
static void add_time(struct fleet_tally *tally, double took_ms)
{
	if (tally->registered == tally->took_room) {
		uint32_t room = 2 * tally->took_room + 1024;
		float *grown = realloc(tally->took_ms, room * sizeof(*grown));

		if (grown) {
			tally->took_ms = grown;
			tally->took_room = room;
		}
	}
	if (tally->registered < tally->took_room)
		tally->took_ms[tally->registered] = (float)took_ms;
	tally->registered++;
}

static void add_reason(struct fleet_tally *tally, const char *flow, const char *failure)
{
	char text[FLEET_REASON_SIZE];
	unsigned i = 0;

	snprintf(text, sizeof(text), "%s: %s", flow, failure);
	while (i < FLEET_REASONS - 1 && tally->reasons[i].count > 0 &&
		strcmp(tally->reasons[i].text, text) != 0)
		i++;
	strcpy(tally->reasons[i].text, i < FLEET_REASONS - 1 ? text : "other");
	tally->reasons[i].count++;
}

void fleet_tally_add(struct fleet_tally *tally, const struct fleet_flow *flow, double took_ms,
	const char *failure)
{
	struct fleet_flow_tally *of_flow = &tally->flows[flow - fleet_flows];

	if (failure) {
		tally->failed++;
		of_flow->failed++;
		add_reason(tally, flow->name, failure);
		return;
	}
	of_flow->as_ordered++;
	if (flow->registers)
		add_time(tally, took_ms);
}

static uint32_t timed(const struct fleet_tally *tally)
{
	return tally->registered < tally->took_room ? tally->registered : tally->took_room;
}

static int compare(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of those whose time is known, which are sorted. */
static double percentile(const struct fleet_tally *tally, unsigned percent)
{
	uint32_t count = timed(tally);
	uint64_t at = (uint64_t)count * percent / 100;

	return count > 0 ? (double)tally->took_ms[at < count ? at : count - 1] : 0;
}

static json_t *flows_json(const struct fleet_tally *tally)
{
	json_t *out = json_object();
	size_t i;

	for (i = 0; i < fleet_flow_count; i++) {
		const struct fleet_flow_tally *flow = &tally->flows[i];

		if (flow->as_ordered + flow->failed > 0)
			json_object_set_new(out, fleet_flows[i].name,
				json_pack("{s:I, s:I}", "as_ordered", (json_int_t)flow->as_ordered,
					"failed", (json_int_t)flow->failed));
	}
	return out;
}

static json_t *failures_json(const struct fleet_tally *tally)
{
	json_t *out = json_object();
	unsigned i;

	for (i = 0; i < FLEET_REASONS && tally->failed > 0; i++) {
		if (tally->reasons[i].count > 0)
			json_object_set_new(
				out, tally->reasons[i].text, json_integer(tally->reasons[i].count));
	}
	return out;
}

static void print_rows(const struct fleet_tally *tally)
{
	size_t i;

	printf("%12s %10s\n", "as ordered", "failed");
	for (i = 0; i < fleet_flow_count; i++) {
		const struct fleet_flow_tally *flow = &tally->flows[i];

		if (flow->as_ordered + flow->failed > 0)
			printf("%12u %10u  %s\n", flow->as_ordered, flow->failed,
				fleet_flows[i].name);
	}
	for (i = 0; i < FLEET_REASONS; i++) {
		if (tally->reasons[i].count > 0)
			printf("%12s %10u  %s\n", "", tally->reasons[i].count,
				tally->reasons[i].text);
	}
}

void fleet_tally_tell(
	struct fleet_tally *tally, const struct report *report, uint64_t seed, double elapsed_ms)
{
	double rate = elapsed_ms > 0 ? tally->registered * 1000 / elapsed_ms : 0;

	if (tally->took_ms)
		qsort(tally->took_ms, timed(tally), sizeof(*tally->took_ms), compare);
	report_event(report, "summary",
		json_pack("{s:b, s:I, s:I, s:I, s:f, s:f, s:f, s:I, s:I, s:o, s:o}", "ok",
			tally->failed == 0, "registered", (json_int_t)tally->registered, "failed",
			(json_int_t)tally->failed, "begun", (json_int_t)tally->begun,
			"registrations_per_second", rate, "p50_ms", percentile(tally, 50), "p99_ms",
			percentile(tally, 99), "packets_lost", (json_int_t)tally->lost, "seed",
			(json_int_t)seed, "flows", flows_json(tally), "failures",
			failures_json(tally)),
		"%u registered, %u flows failed, %.0f registrations per second, p50 %.1f ms, "
		"p99 %.1f ms, seed %" PRIu64,
		tally->registered, tally->failed, rate, percentile(tally, 50),
		percentile(tally, 99), seed);
	if (!report->json)
		print_rows(tally);
}
