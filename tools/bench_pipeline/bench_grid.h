/* SPDX-License-Identifier: BSD-3-Clause */
/* Which rows there are. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "bench_row.h"

#define BENCH_ROWS_MAX 256

/* Returns how many. quick: one of each kind, none that takes long to fill. avx512: this CPU runs
 * that engine. */
size_t bench_grid(struct bench_row rows[BENCH_ROWS_MAX], bool quick, bool avx512);
