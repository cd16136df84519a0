/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_index.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../seed.h"

#define KEYS    4000 /* so that it doubles several times */
#define STEPS   400000
#define CLUSTER 600 /* keys of a few homes */

static void open_index(struct sa_index *index, uint32_t keys)
{
	const size_t len = sa_index_buckets(keys) * sizeof(struct sa_index_bucket);
	struct sa_index_bucket *buckets = aligned_alloc(sizeof(*buckets), len);

	assert_non_null(buckets);
	memset(buckets, 0, len);
	sa_index_open(index, buckets, keys);
}

static void close_index(struct sa_index *index)
{
	free(index->buckets);
}

static bool holds(const struct sa_index *index, uint32_t tag, uint32_t entry)
{
	struct sa_index_walk walk;
	uint32_t found = sa_index_first(index, tag, &walk);

	while (found != SA_INDEX_NONE && found != entry)
		found = sa_index_next(index, &walk);
	return found == entry;
}

/* The naive model: what is in it. */
struct key {
	uint32_t tag;
	bool present;
};

static unsigned change(struct sa_index *index, struct key *keys, uint32_t i)
{
	int status;

	if (keys[i].present) {
		assert_true(sa_index_remove(index, keys[i].tag, i));
		assert_false(sa_index_remove(index, keys[i].tag, i));
		keys[i].present = false;
		return 0;
	}
	/* Under another entry's number for a moment. */
	assert_false(sa_index_replace(index, keys[i].tag, i, KEYS));
	status = sa_index_insert(index, keys[i].tag, i);
	if (status == 0) {
		assert_true(sa_index_replace(index, keys[i].tag, i, KEYS));
		assert_false(holds(index, keys[i].tag, i));
		assert_true(sa_index_replace(index, keys[i].tag, KEYS, i));
	}
	assert_true(status == 0 || status == -ENOSPC);
	keys[i].present = status == 0;
	return status != 0;
}

/* Adds more than it removes, so that it grows all the way. Returns how many were refused. */
static unsigned live(
	struct sa_index *index, struct key *keys, uint32_t count, struct random *random)
{
	unsigned refused = 0;

	for (unsigned step = 0; step < STEPS; step++) {
		uint32_t i = random_u32(random) % count;

		if (!keys[i].present || random_u32(random) % 8 == 0)
			refused += change(index, keys, i);
		i = random_u32(random) % count;
		assert_int_equal(holds(index, keys[i].tag, i), keys[i].present);
		if (step % 4000 == 0)
			for (i = 0; i < count; i++)
				assert_int_equal(holds(index, keys[i].tag, i), keys[i].present);
	}
	return refused;
}

static void random_keys_as_a_naive_model(void **state)
{
	static struct key keys[KEYS];
	struct sa_index index;
	uint64_t seed;
	struct random random = seed_random(&seed);

	(void)state;
	/* Also pairs that share a tag. */
	for (unsigned i = 0; i < KEYS; i++)
		keys[i] = (struct key){
			.tag = i % 16 ? sa_index_tag(random_u32(&random)) : keys[i / 2].tag | 1};
	open_index(&index, KEYS);
	assert_int_equal(live(&index, keys, KEYS, &random), 0);
	assert_int_equal(index.homes, index.homes_max);
	close_index(&index);
}

/* Who knew the seed: keys of six homes, so that buckets overflow and some keys are refused. */
static void chosen_keys_as_a_naive_model(void **state)
{
	static struct key keys[CLUSTER];
	struct sa_index index;
	uint64_t seed;
	struct random random = seed_random(&seed);

	(void)state;
	for (unsigned i = 0; i < CLUSTER; i++)
		keys[i] = (struct key){
			.tag = random_u32(&random) % 6 << 1 | random_u32(&random) % 32 << 11 | 1};
	open_index(&index, KEYS);
	assert_true(live(&index, keys, CLUSTER, &random) > 0);
	close_index(&index);
}

/* As many homes as keys need, of those that it may have; and never fewer again. */
static void grows_with_its_keys(void **state)
{
	enum { MANY = 100000 };
	struct sa_index index;
	uint32_t fullest = 0;

	(void)state;
	open_index(&index, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		assert_int_equal(sa_index_insert(&index, i * 2654435761u | 1, i), 0);
		assert_true(index.homes == SA_INDEX_HOMES || index.homes * 2 < i);
		fullest = index.keys / index.homes > fullest ? index.keys / index.homes : fullest;
	}
	assert_true(fullest <= SA_INDEX_FULL_AT);
	assert_true(index.homes <= sa_index_homes(MANY));
	for (uint32_t i = 0; i < MANY; i++)
		assert_true(sa_index_remove(&index, i * 2654435761u | 1, i));
	assert_int_equal(index.keys, 0);
	for (uint32_t i = 0; i < sa_index_buckets(MANY); i++)
		for (unsigned slot = 0; slot < SA_INDEX_SLOTS; slot++)
			assert_int_equal(index.buckets[i].number[slot], 0);
	close_index(&index);
}

/* The buckets behind the new home are full of others' keys: all of its own stay where they are. */
static void stays_as_it_was_where_it_can_not_grow(void **state)
{
	enum { OTHERS = (SA_INDEX_PROBES * SA_INDEX_SLOTS), ALL = OTHERS + 100 };
	struct sa_index index;
	uint32_t tags[ALL];

	(void)state;
	open_index(&index, KEYS);
	for (uint32_t i = 0; i < ALL; i++) {
		uint32_t home = i < OTHERS ? SA_INDEX_HOMES - 1 : SA_INDEX_HOMES;

		tags[i] = home << 1 | i << 20 | 1;
		assert_int_equal(sa_index_insert(&index, tags[i], i), 0);
	}
	assert_true(index.keys > SA_INDEX_HOMES * SA_INDEX_GROW_AT);
	assert_int_equal(index.homes, SA_INDEX_HOMES);
	for (uint32_t i = 0; i < ALL; i++)
		assert_true(holds(&index, tags[i], i));
	for (uint32_t i = 0; i < ALL; i++)
		assert_true(sa_index_remove(&index, tags[i], i));
	for (uint32_t i = 0; i < sa_index_buckets(KEYS); i++)
		for (unsigned slot = 0; slot < SA_INDEX_SLOTS; slot++) {
			assert_int_equal(index.buckets[i].tag[slot], 0);
			assert_int_equal(index.buckets[i].number[slot], 0);
		}
	close_index(&index);
}

static void miss_ends_where_nothing_passed(void **state)
{
	struct sa_index index;
	struct sa_index_walk walk;

	(void)state;
	open_index(&index, KEYS);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(sa_index_insert(&index, 1 + (i << 20), i), 0);
	assert_int_equal(sa_index_first(&index, 1 + (99 << 20), &walk), SA_INDEX_NONE);
	assert_int_equal(walk.probes, 1);
	assert_int_equal(sa_index_insert(&index, 1 + (9 << 20), 8), 0);
	assert_int_equal(sa_index_first(&index, 1 + (99 << 20), &walk), SA_INDEX_NONE);
	assert_int_equal(walk.probes, 2);
	assert_true(sa_index_remove(&index, 1 + (9 << 20), 8));
	assert_int_equal(sa_index_first(&index, 1 + (99 << 20), &walk), SA_INDEX_NONE);
	assert_int_equal(walk.probes, 1);
	assert_false(sa_index_remove(&index, 1 + (9 << 20), 8));
	close_index(&index);
}

/* Also of the last home, behind which there is nothing else. */
static void probing_is_bounded(void **state)
{
	const uint32_t room = SA_INDEX_PROBES * SA_INDEX_SLOTS;
	struct sa_index index;

	(void)state;
	open_index(&index, 1);
	for (uint32_t i = 0; i < room; i++)
		assert_int_equal(sa_index_insert(&index, UINT32_MAX, i), 0);
	assert_int_equal(sa_index_insert(&index, UINT32_MAX, room), -ENOSPC);
	for (uint32_t i = 0; i < room; i++)
		assert_true(sa_index_remove(&index, UINT32_MAX, i));
	for (uint32_t i = 0; i < sa_index_buckets(1); i++)
		for (unsigned slot = 0; slot < SA_INDEX_SLOTS; slot++)
			assert_int_equal(index.buckets[i].number[slot], 0);
	close_index(&index);
}

/* A run of full buckets as long as random keys make it once in a thousand tables of a million
 * (16), and more: no key is refused. */
static void long_runs_take_all(void **state)
{
	struct sa_index index;

	(void)state;
	open_index(&index, 1);
	for (uint32_t i = 0; i < 20 * SA_INDEX_SLOTS; i++)
		assert_int_equal(sa_index_insert(&index, 1 + (i << 20), i), 0);
	for (uint32_t i = 0; i < 20 * SA_INDEX_SLOTS; i++) {
		struct sa_index_walk walk;

		assert_int_equal(sa_index_first(&index, 1 + (i << 20), &walk), i);
	}
	close_index(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_keys_as_a_naive_model),
		cmocka_unit_test(chosen_keys_as_a_naive_model),
		cmocka_unit_test(grows_with_its_keys),
		cmocka_unit_test(stays_as_it_was_where_it_can_not_grow),
		cmocka_unit_test(miss_ends_where_nothing_passed),
		cmocka_unit_test(probing_is_bounded),
		cmocka_unit_test(long_runs_take_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
