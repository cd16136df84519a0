/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's own judgement of repeated packets: 64 sequence numbers (RFC 4303 §3.4.3). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct replay {
	uint32_t top;  /* highest number that was verified */
	uint64_t seen; /* bit n: top - n */
};

/* Before the ICV: is it neither 0, too old, nor seen? */
bool replay_check(const struct replay *replay, uint32_t sequence);

/* After the ICV. */
void replay_move(struct replay *replay, uint32_t sequence);
