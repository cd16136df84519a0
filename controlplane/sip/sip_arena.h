/* SPDX-License-Identifier: BSD-3-Clause */
/* All memory of one message: given out in pieces, released at once, and wiped then, since the
 * text may hold ck and ik. */
#pragma once

#include <stddef.h>

#include "sip_text.h"

/* A message and all that is derived from it never take more. */
#define SIP_ARENA_MAX ((size_t)512 * 1024)

struct sip_arena_block;

struct sip_arena {
	struct sip_arena_block *blocks; /* the one in use first */
	size_t total;
};

/* The first block with room for len octets. 0 or -ENOMEM. */
int sip_arena_open(struct sip_arena *arena, size_t len) __attribute__((warn_unused_result));

/* Zeroed value = empty arena. 8-octet aligned, not initialised; NULL where the bound or the
 * memory ends. */
void *sip_arena_alloc(struct sip_arena *arena, size_t len) __attribute__((warn_unused_result));

/* The same octets (and a NUL behind them) in the arena. 0 or -ENOMEM. */
int sip_arena_copy(struct sip_arena *arena, struct sip_text text, struct sip_text *out)
	__attribute__((warn_unused_result));

void sip_arena_release(struct sip_arena *arena);
