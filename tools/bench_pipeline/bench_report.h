/* SPDX-License-Identifier: BSD-3-Clause */
/* What was measured, for a person and for a program. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "bench_latency.h"
#include "bench_row.h"
#include "bench_workers.h"

void bench_report_head(double port_cycles);
void bench_report_row(const struct bench_row *row, bool stages);
void bench_report_latency(const struct bench_latency *latency);
void bench_report_idle_absences(double per_second);
void bench_report_workers(const struct bench_workers *workers);

/* {"rows": […], "latency": […]}; workers: two more rows, NULL: none. 0, or -errno. */
int bench_report_json(const char *path, double port_cycles, const struct bench_row *rows,
	size_t count, const struct bench_latency *latencies, size_t latency_count,
	const struct bench_workers *workers) __attribute__((warn_unused_result));
