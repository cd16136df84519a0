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

#include "random.h"

#define KEYS    600
#define BUCKETS 40
#define STEPS   400000

/* The naive model: what is in it. Few hashes and fewer tags, so that buckets overflow. */
struct key {
	uint64_t hash;
	uint32_t tag;
	bool present;
};

static bool holds(const struct sa_index *index, const struct key *key, uint32_t entry)
{
	struct sa_index_walk walk;
	uint32_t found = sa_index_first(index, key->hash, key->tag, &walk);

	while (found != SA_INDEX_NONE && found != entry)
		found = sa_index_next(index, &walk);
	return found == entry;
}

static void random_keys_as_a_naive_model(void **state)
{
	static struct sa_index_bucket buckets[BUCKETS];
	struct sa_index index = {.buckets = buckets, .count = BUCKETS};
	static struct key keys[KEYS];
	const struct random system = random_system();
	uint64_t seed, refused = 0;
	struct random random = random_seeded(&seed);

	(void)state;
	random_fill(&system, &seed, sizeof(seed));
	print_message("# seed %llu\n", (unsigned long long)seed);
	for (unsigned i = 0; i < KEYS; i++)
		keys[i] = (struct key){.hash = (uint64_t)(random_u32(&random) & 0xf8000000u) << 32,
			.tag = 1 + random_u32(&random) % 16};
	for (unsigned step = 0; step < STEPS; step++) {
		uint32_t i = random_u32(&random) % KEYS;

		if (keys[i].present) {
			assert_true(sa_index_remove(&index, keys[i].hash, keys[i].tag, i));
			keys[i].present = false;
		} else {
			int status = sa_index_insert(&index, keys[i].hash, keys[i].tag, i);

			assert_true(status == 0 || status == -ENOSPC);
			refused += status != 0;
			keys[i].present = status == 0;
		}
		i = random_u32(&random) % KEYS;
		assert_int_equal(holds(&index, &keys[i], i), keys[i].present);
		if (step % 1000 == 0)
			for (i = 0; i < KEYS; i++)
				assert_int_equal(holds(&index, &keys[i], i), keys[i].present);
	}
	assert_true(refused < STEPS);
}

static void miss_ends_where_nothing_passed(void **state)
{
	struct sa_index_bucket buckets[BUCKETS] = {0};
	struct sa_index index = {.buckets = buckets, .count = BUCKETS};
	struct sa_index_walk walk;

	(void)state;
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(sa_index_insert(&index, 0, 1 + i, i), 0);
	assert_int_equal(sa_index_first(&index, 0, 99, &walk), SA_INDEX_NONE);
	assert_int_equal(walk.probes, 1);
	assert_int_equal(sa_index_insert(&index, 0, 9, 8), 0);
	assert_int_equal(sa_index_first(&index, 0, 99, &walk), SA_INDEX_NONE);
	assert_int_equal(walk.probes, 2);
	assert_true(sa_index_remove(&index, 0, 9, 8));
	assert_int_equal(sa_index_first(&index, 0, 99, &walk), SA_INDEX_NONE);
	assert_int_equal(walk.probes, 1);
	assert_false(sa_index_remove(&index, 0, 9, 8));
}

/* An empty slot's tag is what a packet with SPI 0 asks for. */
static void tag_0_is_nowhere(void **state)
{
	struct sa_index_bucket buckets[BUCKETS] = {0};
	struct sa_index index = {.buckets = buckets, .count = BUCKETS};
	struct sa_index_walk walk;

	(void)state;
	assert_int_equal(sa_index_first(&index, 0, 0, &walk), SA_INDEX_NONE);
	assert_int_equal(sa_index_insert(&index, 0, 1, 7), 0);
	assert_int_equal(sa_index_first(&index, 0, 0, &walk), SA_INDEX_NONE);
	assert_true(sa_index_remove(&index, 0, 1, 7));
	assert_int_equal(sa_index_first(&index, 0, 0, &walk), SA_INDEX_NONE);
	assert_int_equal(sa_index_first(&index, 0, 1, &walk), SA_INDEX_NONE);
}

static void probing_is_bounded(void **state)
{
	struct sa_index_bucket buckets[BUCKETS] = {0};
	struct sa_index index = {.buckets = buckets, .count = BUCKETS};
	const uint32_t room = SA_INDEX_PROBES * SA_INDEX_SLOTS;

	(void)state;
	for (uint32_t i = 0; i < room; i++)
		assert_int_equal(sa_index_insert(&index, UINT64_MAX, 1, i), 0);
	assert_int_equal(sa_index_insert(&index, UINT64_MAX, 1, room), -ENOSPC);
	for (uint32_t i = 0; i < room; i++)
		assert_true(sa_index_remove(&index, UINT64_MAX, 1, i));
	for (uint32_t i = 0; i < BUCKETS; i++)
		for (unsigned slot = 0; slot < SA_INDEX_SLOTS; slot++)
			assert_int_equal(buckets[i].number[slot], 0);
}

/* A run of full buckets as long as random keys make it once in a thousand tables of a million
 * (16), and more: no key is refused. */
static void long_runs_take_all(void **state)
{
	struct sa_index_bucket buckets[BUCKETS] = {0};
	struct sa_index index = {.buckets = buckets, .count = BUCKETS};

	(void)state;
	for (uint32_t i = 0; i < 20 * SA_INDEX_SLOTS; i++)
		assert_int_equal(sa_index_insert(&index, 0, 1 + i, i), 0);
	for (uint32_t i = 0; i < 20 * SA_INDEX_SLOTS; i++) {
		struct sa_index_walk walk;

		assert_int_equal(sa_index_first(&index, 0, 1 + i, &walk), i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_keys_as_a_naive_model),
		cmocka_unit_test(miss_ends_where_nothing_passed),
		cmocka_unit_test(tag_0_is_nowhere),
		cmocka_unit_test(probing_is_bounded),
		cmocka_unit_test(long_runs_take_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
