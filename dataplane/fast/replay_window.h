/* SPDX-License-Identifier: BSD-3-Clause */
/* The anti-replay window (RFC 4303 §3.4.3): with top T and width W, numbers up to T - W are too
 * old, those from T - W + 1 to T have a bit each that says whether they came, those above T are
 * new. 0 is never sent. Without extended numbers, top never passes 2^32 - 1.
 *
 * The bits are a ring: number n has bit n mod the ring's size, which is W rounded up to a power of
 * two, at least 64. So a window of up to 64 is one word, and moving it clears only what it passes.
 */
#pragma once

#include <stdint.h>

struct replay_window {
	uint64_t *bits; /* ring size / 64 words */
	uint32_t *top;  /* the highest number seen; 0 at the start */
	unsigned width; /* 1 … 1024 */
};

enum replay_verdict { REPLAY_NEW, REPLAY_ZERO, REPLAY_OLD, REPLAY_DUPLICATE };

enum replay_verdict replay_window_check(const struct replay_window *window, uint32_t number);

/* number was checked and its packet is authentic. */
void replay_window_move(struct replay_window *window, uint32_t number);
