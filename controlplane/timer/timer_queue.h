/* SPDX-License-Identifier: BSD-3-Clause */
/* The roles' timers: the event loop runs what is due once per turn. Arming never allocates and
 * never fails; time is a seam, so a test can let minutes pass in no time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "clock.h"

/* Lies inside what it times out; all zero: not armed. A pairing heap's node. */
struct timer {
	uint64_t due_ms;
	void (*fire)(void *context);
	void *context;
	struct timer *child, *next, *previous; /* previous: elder sibling, or the parent */
	uint8_t armed;
};

struct timer_queue {
	struct clock clock;
	struct timer *root;
	size_t armed;
};

#define TIMER_NONE UINT64_MAX

void timer_queue_init(struct timer_queue *queue, struct clock clock);

static inline uint64_t timer_queue_now_ms(const struct timer_queue *queue)
{
	return clock_now_ms(&queue->clock);
}

/* fire(context) once, delay_ms from now; an armed timer is moved. */
void timer_queue_arm(struct timer_queue *queue, struct timer *timer, uint64_t delay_ms,
	void (*fire)(void *context), void *context);

/* Also of a timer that is not armed. */
void timer_queue_disarm(struct timer_queue *queue, struct timer *timer);

/* Milliseconds until the next one is due (0: now), or TIMER_NONE. */
uint64_t timer_queue_wait_ms(const struct timer_queue *queue);

/* Fires all that are due, the earliest first. One that is armed meanwhile waits for the next run.
 */
void timer_queue_run(struct timer_queue *queue);
