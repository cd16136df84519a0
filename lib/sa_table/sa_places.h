/* SPDX-License-Identifier: BSD-3-Clause */
/* Which places of a table are free: a bit each, and a bit for each 64 of them where there is one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SA_PLACES_WORD 64
#define SA_PLACES_NONE UINT32_MAX

struct sa_places {
	uint64_t *words;  /* 1: free */
	uint64_t *groups; /* a bit per word: it is not 0 */
	uint32_t capacity;
	uint32_t highest; /* no group above this one has a free place */
};

/* 64-bit words of memory for so many places. */
size_t sa_places_words(uint32_t capacity);

/* All are free. memory: sa_places_words(capacity) of them; outlives it. */
void sa_places_open(struct sa_places *places, uint64_t *memory, uint32_t capacity);

/* place < capacity, as of the next ones. */
static inline bool sa_places_is_free(const struct sa_places *places, uint32_t place)
{
	return places->words[place / SA_PLACES_WORD] >> place % SA_PLACES_WORD & 1;
}

void sa_places_take(struct sa_places *places, uint32_t place);
void sa_places_give(struct sa_places *places, uint32_t place);

/* The highest free one, or SA_PLACES_NONE. */
uint32_t sa_places_highest(struct sa_places *places);

/* The lowest free one in [from, end), or SA_PLACES_NONE. end <= capacity. */
uint32_t sa_places_next(const struct sa_places *places, uint32_t from, uint32_t end);
