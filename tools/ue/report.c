/* SPDX-License-Identifier: BSD-3-Clause */
/* What the UE tells, on standard output. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void report_open(struct report *report, bool json)
{
	report->json = json;
	report->start_us = now_us();
}

double report_now_ms(const struct report *report)
{
	return (double)(now_us() - report->start_us) / 1000;
}

void report_event(
	const struct report *report, const char *event, json_t *fields, const char *format, ...)
{
	double ms = report_now_ms(report);
	char text[512];
	va_list arguments;
	json_t *line;

	if (report->is_silent) {
		json_decref(fields);
		return;
	}
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (report->json) {
		line = json_pack("{s:s, s:f, s:s}", "event", event, "ms", ms, "text", text);
		if (line && fields)
			json_object_update(line, fields);
		if (line)
			json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(9));
		json_decref(line);
		putchar('\n');
	} else {
		printf("%9.1f ms  %-15s %s\n", ms, event, text);
	}
	json_decref(fields);
	fflush(stdout);
}
