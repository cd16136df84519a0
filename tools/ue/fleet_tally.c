/* SPDX-License-Identifier: BSD-3-Clause */
/* What became of many registrations. */
#include "fleet_tally.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fleet_tally_open(struct fleet_tally *tally, uint32_t max)
{
	memset(tally, 0, sizeof(*tally));
	tally->took_ms = malloc(max * sizeof(*tally->took_ms));
	return tally->took_ms ? 0 : -ENOMEM;
}

void fleet_tally_close(struct fleet_tally *tally)
{
	free(tally->took_ms);
}

void fleet_tally_add(struct fleet_tally *tally, double took_ms, const char *failure)
{
	unsigned i;

	if (!failure) {
		tally->took_ms[tally->registered++] = took_ms;
		return;
	}
	tally->failed++;
	for (i = 0; i < FLEET_REASONS - 1; i++) {
		struct fleet_reason *reason = &tally->reasons[i];

		if (reason->count == 0)
			snprintf(reason->text, sizeof(reason->text), "%s", failure);
		if (!strncmp(reason->text, failure, sizeof(reason->text) - 1))
			break;
	}
	if (i == FLEET_REASONS - 1)
		strcpy(tally->reasons[i].text, "other");
	tally->reasons[i].count++;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double percentile(const struct fleet_tally *tally, unsigned percent)
{
	uint64_t at = (uint64_t)tally->registered * percent / 100;

	if (tally->registered == 0)
		return 0;
	return tally->took_ms[at < tally->registered ? at : tally->registered - 1];
}

void fleet_tally_tell(struct fleet_tally *tally, const struct report *report, double elapsed_ms)
{
	json_t *failures = json_object();
	double rate = elapsed_ms > 0 ? tally->registered * 1000 / elapsed_ms : 0;
	unsigned i;

	qsort(tally->took_ms, tally->registered, sizeof(*tally->took_ms), compare);
	for (i = 0; i < FLEET_REASONS && tally->failed > 0; i++) {
		if (tally->reasons[i].count > 0)
			json_object_set_new(failures, tally->reasons[i].text,
				json_integer(tally->reasons[i].count));
	}
	report_event(report, "summary",
		json_pack("{s:b, s:I, s:I, s:f, s:f, s:f, s:o}", "ok", tally->failed == 0,
			"registered", (json_int_t)tally->registered, "failed",
			(json_int_t)tally->failed, "registrations_per_second", rate, "p50_ms",
			percentile(tally, 50), "p99_ms", percentile(tally, 99), "failures",
			failures),
		"%u registered, %u failed, %.0f per second, p50 %.1f ms, p99 %.1f ms",
		tally->registered, tally->failed, rate, percentile(tally, 50),
		percentile(tally, 99));
	for (i = 0; i < FLEET_REASONS && !report->json; i++) {
		if (tally->reasons[i].count > 0)
			printf("%12u  %s\n", tally->reasons[i].count, tally->reasons[i].text);
	}
}
