/* SPDX-License-Identifier: BSD-3-Clause */
/* Read for every packet, written when an SA comes or goes. */
#include "sa_index.h"

#include <errno.h>

#define OVERFLOW_ONE  0x01000000u
#define OVERFLOW_MASK 0xff000000u

static void set_homes(struct sa_index *index, uint32_t homes)
{
	index->homes = homes;
	index->mask = UINT32_MAX >> __builtin_clz(homes - 1);
}

void sa_index_open(struct sa_index *index, struct sa_index_bucket *buckets, uint32_t keys)
{
	*index = (struct sa_index){.buckets = buckets, .homes_max = sa_index_homes(keys)};
	set_homes(index, SA_INDEX_HOMES);
}

static int empty_slot(const struct sa_index_bucket *bucket)
{
	for (int i = 0; i < SA_INDEX_SLOTS; i++)
		if (bucket->tag[i] == 0)
			return i;
	return -1;
}

/* A key that lies in a bucket has passed over those from its home on: counts it (1) or no more. */
static void count_passed(struct sa_index *index, uint32_t home, uint32_t bucket, int change)
{
	for (; home != bucket; home++)
		index->buckets[home].number[0] += (uint32_t)change * OVERFLOW_ONE;
}

static int put(struct sa_index *index, uint32_t tag, uint32_t entry)
{
	uint32_t home = sa_index_home(index, tag);

	for (uint32_t at = home; at < home + SA_INDEX_PROBES; at++) {
		struct sa_index_bucket *bucket = &index->buckets[at];
		int slot = empty_slot(bucket);

		if (slot < 0)
			continue;
		bucket->tag[slot] = tag;
		bucket->number[slot] = (bucket->number[slot] & OVERFLOW_MASK) | (entry + 1);
		count_passed(index, home, at, 1);
		return 0;
	}
	return -ENOSPC;
}

struct slot {
	uint32_t bucket, number;
};

static bool find(const struct sa_index *index, uint32_t tag, uint32_t entry, struct slot *out)
{
	struct sa_index_walk walk;
	uint32_t found = sa_index_first(index, tag, &walk);
	const struct sa_index_bucket *bucket;

	while (found != SA_INDEX_NONE && found != entry)
		found = sa_index_next(index, &walk);
	if (found == SA_INDEX_NONE)
		return false;
	bucket = &index->buckets[walk.bucket];
	*out = (struct slot){.bucket = walk.bucket};
	while (bucket->tag[out->number] != tag ||
		(bucket->number[out->number] & SA_INDEX_NUMBER) != entry + 1)
		out->number++;
	return true;
}

static bool take(struct sa_index *index, uint32_t tag, uint32_t entry)
{
	struct sa_index_bucket *bucket;
	struct slot slot;

	if (!find(index, tag, entry, &slot))
		return false;
	bucket = &index->buckets[slot.bucket];
	bucket->tag[slot.number] = 0;
	bucket->number[slot.number] &= OVERFLOW_MASK;
	count_passed(index, sa_index_home(index, tag), slot.bucket, -1);
	return true;
}

struct key {
	uint32_t tag, entry;
};

/* Those from old on that are at home in young once that is one. */
static unsigned collect(const struct sa_index *grown, uint32_t old, uint32_t young,
	struct key keys[SA_INDEX_PROBES * SA_INDEX_SLOTS])
{
	unsigned count = 0;

	for (uint32_t at = old; at < old + SA_INDEX_PROBES; at++) {
		const struct sa_index_bucket *bucket = &grown->buckets[at];

		for (unsigned i = 0; i < SA_INDEX_SLOTS; i++)
			if (bucket->tag[i] != 0 && sa_index_home(grown, bucket->tag[i]) == young)
				keys[count++] = (struct key){
					bucket->tag[i], (bucket->number[i] & SA_INDEX_NUMBER) - 1};
		if ((bucket->number[0] & OVERFLOW_MASK) == 0)
			break;
	}
	return count;
}

/* One more home. Where its keys do not fit, which only happens to who knows the hash's seed, all
 * stays as it was. */
static void grow(struct sa_index *index)
{
	struct key keys[SA_INDEX_PROBES * SA_INDEX_SLOTS];
	uint32_t young = index->homes;
	struct sa_index grown = *index;
	unsigned count, moved = 0;

	set_homes(&grown, young + 1);
	count = collect(&grown, young & grown.mask >> 1, young, keys);
	while (moved < count && put(&grown, keys[moved].tag, keys[moved].entry) == 0)
		moved++;
	if (moved == count) {
		for (unsigned i = 0; i < count; i++)
			take(index, keys[i].tag, keys[i].entry);
		*index = grown;
	} else {
		while (moved > 0) {
			moved--;
			take(&grown, keys[moved].tag, keys[moved].entry);
		}
	}
}

static bool wants_homes(const struct sa_index *index)
{
	bool doubles = index->homes & (index->homes - 1);

	return index->homes < index->homes_max &&
	       (doubles || index->keys >= index->homes * SA_INDEX_GROW_AT);
}

int sa_index_insert(struct sa_index *index, uint32_t tag, uint32_t entry)
{
	int status;

	for (unsigned i = 0; i < SA_INDEX_AT_ONCE && wants_homes(index); i++)
		grow(index);
	status = put(index, tag, entry);
	if (status == 0)
		index->keys++;
	return status;
}

bool sa_index_replace(struct sa_index *index, uint32_t tag, uint32_t entry, uint32_t by)
{
	struct slot slot;
	uint32_t *number;

	if (!find(index, tag, entry, &slot))
		return false;
	number = &index->buckets[slot.bucket].number[slot.number];
	*number = (*number & OVERFLOW_MASK) | (by + 1);
	return true;
}

bool sa_index_remove(struct sa_index *index, uint32_t tag, uint32_t entry)
{
	if (!take(index, tag, entry))
		return false;
	index->keys--;
	return true;
}

uint32_t sa_index_next(const struct sa_index *index, struct sa_index_walk *walk)
{
	const struct sa_index_bucket *bucket = &index->buckets[walk->bucket];

	while (walk->slots == 0) {
		if ((bucket->number[0] & OVERFLOW_MASK) == 0 || walk->probes == SA_INDEX_PROBES)
			return SA_INDEX_NONE;
		walk->probes++;
		walk->bucket++;
		bucket = &index->buckets[walk->bucket];
		walk->slots = sa_index_equal_slots(bucket, walk->tag);
	}
	return sa_index_take_slot(bucket, walk);
}
