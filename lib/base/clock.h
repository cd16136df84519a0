/* SPDX-License-Identifier: BSD-3-Clause */
/* The seam for time: what depends on time asks a struct clock, so that a test can hold the hands.
 */
#pragma once

#include <stdint.h>

struct clock {
	/* Milliseconds that only grow; the start is arbitrary. */
	uint64_t (*now_ms)(void *context);
	void *context;
};

/* CLOCK_MONOTONIC. */
struct clock clock_monotonic(void);

static inline uint64_t clock_now_ms(const struct clock *clock)
{
	return clock->now_ms(clock->context);
}
