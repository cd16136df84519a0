/* SPDX-License-Identifier: BSD-3-Clause */
/* What a machine that others use, too, can say honestly. */
#pragma once

/* Sorts values; count at least 1. */
double bench_median(double *values, unsigned count);
