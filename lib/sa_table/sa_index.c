/* SPDX-License-Identifier: BSD-3-Clause */
/* Read for every packet, written when an SA comes or goes. */
#include "sa_index.h"

#include <errno.h>

#define OVERFLOW_ONE   0x01000000u
#define OVERFLOW_MASK  0xff000000u
#define OVERFLOW_STUCK 0xff000000u

static uint32_t after(const struct sa_index *index, uint32_t bucket)
{
	return bucket + 1 < index->count ? bucket + 1 : 0;
}

static int empty_slot(const struct sa_index_bucket *bucket)
{
	for (int i = 0; i < SA_INDEX_SLOTS; i++)
		if (bucket->tag[i] == 0)
			return i;
	return -1;
}

int sa_index_insert(struct sa_index *index, uint64_t hash, uint32_t tag, uint32_t entry)
{
	uint32_t home = sa_index_home(index, hash), at = home;

	for (unsigned probe = 0; probe < SA_INDEX_PROBES; probe++, at = after(index, at)) {
		struct sa_index_bucket *bucket = &index->buckets[at];
		int slot = empty_slot(bucket);

		if (slot < 0)
			continue;
		bucket->tag[slot] = tag;
		bucket->number[slot] = (bucket->number[slot] & OVERFLOW_MASK) | (entry + 1);
		for (; home != at; home = after(index, home)) {
			uint32_t *passed = &index->buckets[home].number[0];

			if ((*passed & OVERFLOW_MASK) != OVERFLOW_STUCK)
				*passed += OVERFLOW_ONE;
		}
		return 0;
	}
	return -ENOSPC;
}

bool sa_index_remove(struct sa_index *index, uint64_t hash, uint32_t tag, uint32_t entry)
{
	uint32_t home = sa_index_home(index, hash);
	struct sa_index_walk walk;
	uint32_t found = sa_index_first(index, hash, tag, &walk);
	struct sa_index_bucket *bucket;

	while (found != SA_INDEX_NONE && found != entry)
		found = sa_index_next(index, &walk);
	if (found == SA_INDEX_NONE)
		return false;
	bucket = &index->buckets[walk.bucket];
	for (unsigned i = 0; i < SA_INDEX_SLOTS; i++)
		if (bucket->tag[i] == tag && (bucket->number[i] & SA_INDEX_NUMBER) == entry + 1) {
			bucket->tag[i] = 0;
			bucket->number[i] &= OVERFLOW_MASK;
		}
	for (; home != walk.bucket; home = after(index, home)) {
		uint32_t *passed = &index->buckets[home].number[0];

		if ((*passed & OVERFLOW_MASK) != OVERFLOW_STUCK)
			*passed -= OVERFLOW_ONE;
	}
	return true;
}

uint32_t sa_index_next(const struct sa_index *index, struct sa_index_walk *walk)
{
	const struct sa_index_bucket *bucket = &index->buckets[walk->bucket];

	while (walk->slots == 0) {
		if ((bucket->number[0] & OVERFLOW_MASK) == 0 || walk->probes == SA_INDEX_PROBES)
			return SA_INDEX_NONE;
		walk->probes++;
		walk->bucket = after(index, walk->bucket);
		bucket = &index->buckets[walk->bucket];
		walk->slots = sa_index_equal_slots(bucket, walk->tag);
	}
	return sa_index_take_slot(bucket, walk);
}
