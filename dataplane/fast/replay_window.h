/* SPDX-License-Identifier: BSD-3-Clause */
/* The anti-replay window (RFC 4303 §3.4.3): with top T and width W, numbers up to T - W are too
 * old, those from T - W + 1 to T have a bit each that says whether they came, those above T are
 * new. 0 is never sent. Without extended numbers, top never passes 2^32 - 1.
 *
 * The bits are a ring: number n has bit n mod the ring's size, which is W rounded up to a power of
 * two, at least 64. So a window of up to 64 is one word, and moving it clears only what it passes.
 *
 * Inline: called twice per packet, with its pointers in registers. */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

struct replay_window {
	uint64_t *bits; /* ring size / 64 words */
	uint32_t *top;  /* the highest number seen; 0 at the start */
	unsigned width; /* 1 … 1024 */
};

enum replay_verdict { REPLAY_NEW, REPLAY_ZERO, REPLAY_OLD, REPLAY_DUPLICATE };

static inline uint32_t replay_window_mask(unsigned width)
{
	return width <= 64 ? 63 : UINT32_MAX >> __builtin_clz(width - 1);
}

static inline enum replay_verdict replay_window_check(
	const struct replay_window *window, uint32_t number)
{
	uint32_t top = *window->top, bit;

	if (number == 0)
		return REPLAY_ZERO;
	if (number > top)
		return REPLAY_NEW;
	if (top - number >= window->width)
		return REPLAY_OLD;
	bit = number & replay_window_mask(window->width);
	return window->bits[bit / 64] >> (bit % 64) & 1 ? REPLAY_DUPLICATE : REPLAY_NEW;
}

/* The numbers from + 1 … to take places whose bits still speak of numbers long past. */
static inline void replay_window_clear(uint64_t *bits, uint32_t mask, uint32_t from, uint32_t to)
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

/* number is new. */
static inline void replay_window_move(struct replay_window *window, uint32_t number)
{
	uint32_t mask = replay_window_mask(window->width), bit = number & mask;

	if (number > *window->top) {
		uint32_t from = *window->top;

		/* A successor takes the window over as it is when we die: with the top first, a bit
		 * that is not cleared yet costs a packet; with the bits first, what they stood for
		 * a moment ago would pass once more. The fence is for the compiler. */
		*window->top = number;
		atomic_signal_fence(memory_order_seq_cst);
		replay_window_clear(window->bits, mask, from, number);
	}
	window->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* Checked once more and moved: the packet of this number is authentic. */
static inline enum replay_verdict replay_window_take(struct replay_window *window, uint32_t number)
{
	enum replay_verdict verdict;

	/* Nearly always the next one: of a ring of one word it clears the bit that it sets. */
	if (number == *window->top + 1 && number != 0 && window->width <= 64) {
		*window->top = number;
		atomic_signal_fence(memory_order_seq_cst);
		window->bits[0] |= UINT64_C(1) << (number % 64);
		return REPLAY_NEW;
	}
	verdict = replay_window_check(window, number);
	if (verdict == REPLAY_NEW)
		replay_window_move(window, number);
	return verdict;
}
