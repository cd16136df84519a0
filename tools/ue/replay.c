/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's own judgement of repeated packets. */
#include "replay.h"

#define WIDTH 64

bool replay_check(const struct replay *replay, uint32_t sequence)
{
	if (sequence == 0)
		return false;
	if (sequence > replay->top)
		return true;
	if (replay->top - sequence >= WIDTH)
		return false;
	return !(replay->seen >> (replay->top - sequence) & 1);
}

void replay_move(struct replay *replay, uint32_t sequence)
{
	uint32_t ahead;

	if (sequence <= replay->top) {
		replay->seen |= UINT64_C(1) << (replay->top - sequence);
		return;
	}
	ahead = sequence - replay->top;
	replay->seen = (ahead < WIDTH ? replay->seen << ahead : 0) | 1;
	replay->top = sequence;
}
