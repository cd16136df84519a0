/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench_median.h"

#include <stdlib.h>

#include "bench_gateway.h"

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(double *values, unsigned count)
{
	if (count == 0)
		bench_fail("nothing was measured");
	qsort(values, count, sizeof(*values), compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}
