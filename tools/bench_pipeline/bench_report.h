/* SPDX-License-Identifier: BSD-3-Clause */
/* What was measured, for a person and for a program. */
#pragma once

#include <stddef.h>

#include "bench_row.h"

void bench_report_head(void);
void bench_report_row(const struct bench_row *row);

/* {"rows": [...]}. 0, or -errno. */
int bench_report_json(const char *path, const struct bench_row *rows, size_t count)
	__attribute__((warn_unused_result));
