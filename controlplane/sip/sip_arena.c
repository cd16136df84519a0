/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_arena.h"

#include <errno.h>
#include <stdlib.h>

#include "secret.h"

#define BLOCK_MIN   ((size_t)2048)
#define BLOCK_USUAL ((size_t)6144) /* a REGISTER and what is derived from it */

/* Blocks of BLOCK_USUAL that lie ready: the C library's allocator merges and splits such sizes
 * each time. An address sanitizer is to see what is used after its end. */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SPARE_MAX 0
#else
#define SPARE_MAX 256
#endif

struct sip_arena_block {
	struct sip_arena_block *next;
	size_t size, used;
	char octets[] __attribute__((aligned(8)));
};

static struct sip_arena_block *spare;
static unsigned spare_count;

static struct sip_arena_block *take_block(size_t len)
{
	struct sip_arena_block *block = spare;

	if (len != BLOCK_USUAL || !block)
		return malloc(sizeof(*block) + len);
	spare = block->next;
	spare_count--;
	return block;
}

static void give_block(struct sip_arena_block *block)
{
	secret_wipe_bytes(block->octets, block->used);
	if (block->size != BLOCK_USUAL || spare_count + 1 > SPARE_MAX) {
		free(block);
		return;
	}
	block->next = spare;
	spare = block;
	spare_count++;
}

int sip_arena_open(struct sip_arena *arena, size_t len)
{
	struct sip_arena_block *block;

	len = len > BLOCK_MIN && len < BLOCK_USUAL ? BLOCK_USUAL : (len + 7) & ~(size_t)7;
	if (len > SIP_ARENA_MAX || arena->total > SIP_ARENA_MAX - len)
		return -ENOMEM;
	block = take_block(len);
	if (!block)
		return -ENOMEM;
	block->next = arena->blocks;
	block->size = len;
	block->used = 0;
	arena->blocks = block;
	arena->total += len;
	return 0;
}

void *sip_arena_alloc(struct sip_arena *arena, size_t len)
{
	struct sip_arena_block *block = arena->blocks;
	void *at;

	if (len > SIP_ARENA_MAX)
		return NULL;
	len = (len + 7) & ~(size_t)7;
	if (!block || block->size - block->used < len) {
		if (sip_arena_open(arena, len > BLOCK_MIN ? len : BLOCK_MIN))
			return NULL;
		block = arena->blocks;
	}
	at = block->octets + block->used;
	block->used += len;
	return at;
}

int sip_arena_copy(struct sip_arena *arena, struct sip_text text, struct sip_text *out)
{
	char *copy;

	if (text.len >= SIP_ARENA_MAX)
		return -ENOMEM;
	copy = sip_arena_alloc(arena, text.len + 1);
	if (!copy)
		return -ENOMEM;
	if (text.len > 0)
		memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	*out = (struct sip_text){.at = copy, .len = text.len};
	return 0;
}

void sip_arena_release(struct sip_arena *arena)
{
	struct sip_arena_block *block = arena->blocks;

	while (block) {
		struct sip_arena_block *next = block->next;

		give_block(block);
		block = next;
	}
}
