/* SPDX-License-Identifier: BSD-3-Clause */
/* Pure: no packet, no SA. */
#include "replay_window.h"

#include <stdatomic.h>

static uint32_t ring_mask(unsigned width)
{
	uint32_t size = 64;

	while (size < width)
		size *= 2;
	return size - 1;
}

enum replay_verdict replay_window_check(const struct replay_window *window, uint32_t number)
{
	uint32_t top = *window->top, bit;

	if (number == 0)
		return REPLAY_ZERO;
	if (number > top)
		return REPLAY_NEW;
	if (top - number >= window->width)
		return REPLAY_OLD;
	bit = number & ring_mask(window->width);
	return window->bits[bit / 64] >> (bit % 64) & 1 ? REPLAY_DUPLICATE : REPLAY_NEW;
}

/* The numbers from + 1 … to take places whose bits still speak of numbers long past. */
static void clear_passed(uint64_t *bits, uint32_t mask, uint32_t from, uint32_t to)
{
	if (to - from > mask) {
		for (uint32_t word = 0; word <= mask / 64; word++)
			bits[word] = 0;
		return;
	}
	if (mask == 63 && to - from > 1) {
		/* One word: the run of places as a mask, turned to where it begins. */
		uint64_t run = (UINT64_C(1) << (to - from)) - 1;
		unsigned at = (from + 1) & 63;

		bits[0] &= ~(run << at | run >> ((64 - at) & 63));
		return;
	}
	for (uint32_t number = from + 1; number != to + 1; number++) {
		uint32_t bit = number & mask;

		bits[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
	}
}

void replay_window_move(struct replay_window *window, uint32_t number)
{
	uint32_t mask = ring_mask(window->width), bit = number & mask;

	if (number > *window->top) {
		uint32_t from = *window->top;

		/* A successor takes the window over as it is when we die: with the top first, a bit
		 * that is not cleared yet costs a packet; with the bits first, what they stood for
		 * a moment ago would pass once more. The fence is for the compiler. */
		*window->top = number;
		atomic_signal_fence(memory_order_seq_cst);
		clear_passed(window->bits, mask, from, number);
	}
	window->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}
