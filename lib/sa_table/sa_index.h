/* SPDX-License-Identifier: BSD-3-Clause */
/* From a key to an entry: buckets of one cache line, eight tags and eight entry numbers each. A
 * full bucket overflows into those that follow it; it counts how many keys passed over it, so that
 * a look-up that finds nothing ends where nothing ever passed. One writer, no readers beside it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <emmintrin.h>

#define SA_INDEX_SLOTS   8
#define SA_INDEX_PROBES  32 /* buckets that a key may lie in; their slots are less than 255 + 8 */
#define SA_INDEX_NONE    UINT32_MAX
#define SA_INDEX_ENTRIES ((1u << 24) - 2) /* their numbers are below */

/* tag: never 0 in a slot that is taken, always 0 in one that is not. number: the entry's + 1 in the
 * low 24 bits; the high 8 bits of the first one count the keys that passed over this bucket (255:
 * no longer counted, for ever many). */
struct sa_index_bucket {
	uint32_t tag[SA_INDEX_SLOTS];
	uint32_t number[SA_INDEX_SLOTS];
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct sa_index_bucket) == 64, "a bucket is one cache line");

struct sa_index {
	struct sa_index_bucket *buckets;
	uint32_t count;
};

/* How many buckets for keys: five in eight slots are taken when all keys are there. */
static inline uint32_t sa_index_buckets(uint32_t keys)
{
	return keys / 5 + SA_INDEX_PROBES;
}

/* The upper half of the hash chooses the bucket; any number of buckets will do. */
static inline uint32_t sa_index_home(const struct sa_index *index, uint64_t hash)
{
	return (uint32_t)(((hash >> 32) * index->count) >> 32);
}

/* 0, or -ENOSPC where all of the key's buckets are full. tag not 0; entry < SA_INDEX_ENTRIES. */
int sa_index_insert(struct sa_index *index, uint64_t hash, uint32_t tag, uint32_t entry)
	__attribute__((warn_unused_result));

/* False: it was not there. */
bool sa_index_remove(struct sa_index *index, uint64_t hash, uint32_t tag, uint32_t entry);

/* Walks the entries whose tag is equal: a tag may stand for several keys. */
struct sa_index_walk {
	uint32_t bucket, probes, tag;
	uint32_t slots; /* bits: slots of this bucket not yet looked at whose tag is equal */
};

uint32_t sa_index_next(const struct sa_index *index, struct sa_index_walk *walk);

#define SA_INDEX_NUMBER 0x00ffffffu

static inline uint32_t sa_index_equal_slots(const struct sa_index_bucket *bucket, uint32_t tag)
{
	const __m128i *tags = (const __m128i *)bucket->tag, wanted = _mm_set1_epi32((int)tag);
	__m128i first = _mm_cmpeq_epi32(_mm_load_si128(tags), wanted);
	__m128i second = _mm_cmpeq_epi32(_mm_load_si128(tags + 1), wanted);
	__m128i both = _mm_packs_epi32(first, second);

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(both, _mm_setzero_si128()));
}

static inline uint32_t sa_index_take_slot(
	const struct sa_index_bucket *bucket, struct sa_index_walk *walk)
{
	unsigned slot = (unsigned)__builtin_ctz(walk->slots);

	walk->slots &= walk->slots - 1;
	return (bucket->number[slot] & SA_INDEX_NUMBER) - 1;
}

/* An entry number or SA_INDEX_NONE, as of the next ones. Inline: once per packet, and nearly always
 * what is looked for is in its home. */
static inline uint32_t sa_index_first(
	const struct sa_index *index, uint64_t hash, uint32_t tag, struct sa_index_walk *walk)
{
	uint32_t home = sa_index_home(index, hash);
	const struct sa_index_bucket *bucket = &index->buckets[home];

	walk->bucket = home;
	walk->probes = 1;
	walk->tag = tag;
	walk->slots = sa_index_equal_slots(bucket, tag);
	if (walk->slots == 0)
		return sa_index_next(index, walk);
	return sa_index_take_slot(bucket, walk);
}
