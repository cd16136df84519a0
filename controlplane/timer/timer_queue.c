/* SPDX-License-Identifier: BSD-3-Clause */
/* An intrusive pairing heap (Fredman et al. 1986): arm O(1), the rest O(log n) amortised. */
#include "timer_queue.h"

#include <stddef.h>

/* Both are roots without siblings; NULL is an empty heap. */
static struct timer *meld(struct timer *a, struct timer *b)
{
	struct timer *swap;

	if (!a)
		return b;
	if (!b)
		return a;
	if (b->due_ms < a->due_ms) {
		swap = a;
		a = b;
		b = swap;
	}
	b->next = a->child;
	b->previous = a;
	if (a->child)
		a->child->previous = b;
	a->child = b;
	return a;
}

/* Pairs the siblings from left to right, then melds the pairs from right to left. */
static struct timer *meld_siblings(struct timer *first)
{
	struct timer *pairs = NULL, *root = NULL;

	while (first) {
		struct timer *a = first, *b = first->next;

		first = b ? b->next : NULL;
		a->next = NULL;
		if (b)
			b->next = NULL;
		a = meld(a, b);
		a->next = pairs;
		pairs = a;
	}
	while (pairs) {
		struct timer *rest = pairs->next;

		pairs->next = NULL;
		root = meld(root, pairs);
		pairs = rest;
	}
	if (root)
		root->previous = NULL;
	return root;
}

static void heap_remove(struct timer_queue *queue, struct timer *timer)
{
	struct timer *children = meld_siblings(timer->child);

	if (timer == queue->root) {
		queue->root = children;
	} else {
		if (timer->previous->child == timer)
			timer->previous->child = timer->next;
		else
			timer->previous->next = timer->next;
		if (timer->next)
			timer->next->previous = timer->previous;
		queue->root = meld(queue->root, children);
	}
	timer->child = timer->next = timer->previous = NULL;
	timer->armed = 0;
	queue->armed--;
}

void timer_queue_init(struct timer_queue *queue, struct clock clock)
{
	*queue = (struct timer_queue){.clock = clock};
}

void timer_queue_arm(struct timer_queue *queue, struct timer *timer, uint64_t delay_ms,
	void (*fire)(void *context), void *context)
{
	timer_queue_disarm(queue, timer);
	*timer = (struct timer){
		/* Never now: a timer that arms itself anew must not hold the loop. */
		.due_ms = timer_queue_now_ms(queue) + (delay_ms > 0 ? delay_ms : 1),
		.fire = fire,
		.context = context,
		.armed = 1,
	};
	queue->root = meld(queue->root, timer);
	queue->armed++;
}

void timer_queue_disarm(struct timer_queue *queue, struct timer *timer)
{
	if (timer->armed)
		heap_remove(queue, timer);
}

uint64_t timer_queue_wait_ms(const struct timer_queue *queue)
{
	uint64_t now = timer_queue_now_ms(queue);

	if (!queue->root)
		return TIMER_NONE;
	return queue->root->due_ms <= now ? 0 : queue->root->due_ms - now;
}

void timer_queue_run(struct timer_queue *queue)
{
	uint64_t now = timer_queue_now_ms(queue);

	while (queue->root && queue->root->due_ms <= now) {
		struct timer *timer = queue->root;

		heap_remove(queue, timer);
		timer->fire(timer->context);
	}
}
