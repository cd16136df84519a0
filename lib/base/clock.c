/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock.h"

#include <stddef.h>
#include <time.h>

static uint64_t monotonic_ms(void *context)
{
	struct timespec now;

	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct clock clock_monotonic(void)
{
	return (struct clock){.now_ms = monotonic_ms, .context = NULL};
}
