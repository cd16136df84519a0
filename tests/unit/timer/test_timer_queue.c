/* SPDX-License-Identifier: BSD-3-Clause */
#include "timer_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "random.h"

#define TIMERS 300

static uint64_t hands_ms;

static uint64_t held_now(void *context)
{
	(void)context;
	return hands_ms;
}

static struct timer_queue queue;
static unsigned fired[TIMERS];
static struct timer timers[TIMERS];
static uint64_t last_due;

static void count(void *context)
{
	struct timer *timer = context;

	assert_true(timer->due_ms >= last_due);
	assert_true(timer->due_ms <= hands_ms);
	last_due = timer->due_ms;
	fired[timer - timers]++;
}

static int fresh(void **state)
{
	(void)state;
	hands_ms = 1000;
	last_due = 0;
	memset(fired, 0, sizeof(fired));
	memset(timers, 0, sizeof(timers));
	timer_queue_init(&queue, (struct clock){.now_ms = held_now});
	return 0;
}

static void fires_once_when_due(void **state)
{
	(void)state;
	assert_true(timer_queue_wait_ms(&queue) == TIMER_NONE);
	timer_queue_arm(&queue, &timers[0], 50, count, &timers[0]);
	assert_int_equal(timer_queue_wait_ms(&queue), 50);
	hands_ms += 49;
	timer_queue_run(&queue);
	assert_int_equal(fired[0], 0);
	hands_ms += 1;
	assert_int_equal(timer_queue_wait_ms(&queue), 0);
	timer_queue_run(&queue);
	timer_queue_run(&queue);
	assert_int_equal(fired[0], 1);
	assert_true(timer_queue_wait_ms(&queue) == TIMER_NONE);
}

static void again(void *context)
{
	fired[0]++;
	timer_queue_arm(&queue, context, 0, again, context);
}

static void one_that_arms_itself_does_not_hold_the_loop(void **state)
{
	(void)state;
	timer_queue_arm(&queue, &timers[0], 0, again, &timers[0]);
	hands_ms += 5;
	timer_queue_run(&queue);
	assert_int_equal(fired[0], 1);
}

/* Against the naive model: what is armed and due has fired, nothing else has. */
static void random_arms_and_disarms_fire_in_order(void **state)
{
	uint64_t seed = (uint64_t)time(NULL), stream = seed;
	struct random random = random_seeded(&stream);
	uint64_t due[TIMERS] = {0};
	unsigned expected[TIMERS] = {0};

	(void)state;
	for (unsigned step = 0; step < 20000; step++) {
		unsigned i = random_u32(&random) % TIMERS, armed = 0;

		switch (random_u32(&random) % 4) {
		case 0:
			timer_queue_disarm(&queue, &timers[i]);
			due[i] = 0;
			break;
		case 1:
			hands_ms += random_u32(&random) % 20;
			last_due = 0;
			timer_queue_run(&queue);
			for (unsigned k = 0; k < TIMERS; k++) {
				if (due[k] > 0 && due[k] <= hands_ms) {
					expected[k]++;
					due[k] = 0;
				}
				armed += due[k] > 0;
				if (expected[k] != fired[k])
					fail_msg("seed %llu step %u timer %u",
						(unsigned long long)seed, step, k);
			}
			if (armed != queue.armed)
				fail_msg("seed %llu step %u: %zu are armed",
					(unsigned long long)seed, step, queue.armed);
			break;
		default:
			due[i] = hands_ms + 1 + random_u32(&random) % 500;
			timer_queue_arm(&queue, &timers[i], due[i] - hands_ms, count, &timers[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fires_once_when_due, fresh),
		cmocka_unit_test_setup(one_that_arms_itself_does_not_hold_the_loop, fresh),
		cmocka_unit_test_setup(random_arms_and_disarms_fire_in_order, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
