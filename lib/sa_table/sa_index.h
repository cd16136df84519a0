/* SPDX-License-Identifier: BSD-3-Clause */
/* From a key to an entry: buckets of one cache line, eight tags and eight entry numbers each. A
 * full bucket overflows into those that follow it; it counts how many keys passed over it, so that
 * a look-up that finds nothing ends where nothing ever passed. One writer, no readers beside it.
 *
 * It grows with what is in it, so that few keys share few pages: the number of homes, where a
 * look-up may begin, doubles over some insertions, while each in its turn gives half of its keys to
 * a new one (linear hashing). Those that wait for it are fuller, and neighbours: it is done before
 * they fill. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <emmintrin.h>

#define SA_INDEX_SLOTS   8
#define SA_INDEX_GROW_AT 5  /* keys per home when it begins to double */
#define SA_INDEX_FULL_AT 6  /* keys per home of one that grows no more */
#define SA_INDEX_PROBES  32 /* buckets that a key may lie in */
#define SA_INDEX_HOMES   64 /* at first: above the probes, so that what moves, moves far */
#define SA_INDEX_AT_ONCE 2  /* homes that come with a key while it doubles */
#define SA_INDEX_NONE    UINT32_MAX
#define SA_INDEX_ENTRIES ((1u << 24) - 2) /* their numbers are below */

/* tag: never 0 in a slot that is taken, always 0 in one that is not. number: the entry's + 1 in the
 * low 24 bits; the high 8 bits of the first one count the keys that passed over this bucket. */
struct sa_index_bucket {
	uint32_t tag[SA_INDEX_SLOTS];
	uint32_t number[SA_INDEX_SLOTS];
} __attribute__((aligned(64)));

_Static_assert(sizeof(struct sa_index_bucket) == 64, "a bucket is one cache line");
_Static_assert((SA_INDEX_PROBES - 1) * SA_INDEX_SLOTS <= UINT8_MAX,
	"who has passed over a bucket lies in one of these slots behind it");

struct sa_index {
	struct sa_index_bucket *buckets;
	uint32_t homes;
	uint32_t mask; /* the least 2^n - 1 that is not below the last one */
	uint32_t homes_max, keys;
};

/* The most homes for so many keys: a power of two. */
static inline uint32_t sa_index_homes(uint32_t keys)
{
	uint32_t wanted = keys / SA_INDEX_FULL_AT;

	return wanted < SA_INDEX_HOMES ? SA_INDEX_HOMES : 1u << (32 - __builtin_clz(wanted));
}

/* Behind the last home there are as many buckets as behind any other. */
static inline uint32_t sa_index_buckets(uint32_t keys)
{
	return sa_index_homes(keys) + SA_INDEX_PROBES - 1;
}

/* An empty one. buckets: sa_index_buckets(keys) of them, all zeros; outlive it. */
void sa_index_open(struct sa_index *index, struct sa_index_bucket *buckets, uint32_t keys);

/* What a key goes by here: 31 bits of a hash of it, so that several keys may share one; the low
 * ones say its home, the others tell it from most that are there. Where others choose keys, the
 * hash is seeded: they shall not choose buckets. */
static inline uint32_t sa_index_tag(uint32_t hash)
{
	return hash | 1;
}

static inline uint32_t sa_index_home(const struct sa_index *index, uint32_t tag)
{
	uint32_t home = tag >> 1 & index->mask;

	return home < index->homes ? home : home & index->mask >> 1;
}

/* 0, or -ENOSPC where all of the key's buckets are full. entry < SA_INDEX_ENTRIES. */
int sa_index_insert(struct sa_index *index, uint32_t tag, uint32_t entry)
	__attribute__((warn_unused_result));

/* The key's entry is another one now. False: it was not there. */
bool sa_index_replace(struct sa_index *index, uint32_t tag, uint32_t entry, uint32_t by);

/* False: it was not there. */
bool sa_index_remove(struct sa_index *index, uint32_t tag, uint32_t entry);

/* Walks the entries whose tag is equal: candidates. */
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
	const struct sa_index *index, uint32_t tag, struct sa_index_walk *walk)
{
	uint32_t home = sa_index_home(index, tag);
	const struct sa_index_bucket *bucket = &index->buckets[home];

	walk->bucket = home;
	walk->probes = 1;
	walk->tag = tag;
	walk->slots = sa_index_equal_slots(bucket, tag);
	if (walk->slots == 0)
		return sa_index_next(index, walk);
	return sa_index_take_slot(bucket, walk);
}
