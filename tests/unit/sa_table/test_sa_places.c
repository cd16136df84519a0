/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_places.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../seed.h"

#define CAPACITY_MAX 9000 /* three groups, the last one in part */
#define STEPS        30000

/* The naive model. */
static bool is_free[CAPACITY_MAX];

static uint32_t naive_highest(uint32_t capacity)
{
	while (capacity > 0)
		if (is_free[--capacity])
			return capacity;
	return SA_PLACES_NONE;
}

static uint32_t naive_next(uint32_t from, uint32_t end)
{
	for (; from < end; from++)
		if (is_free[from])
			return from;
	return SA_PLACES_NONE;
}

/* Fills and empties it by turns, so that it is full, empty and in between. */
static void random_life(uint32_t capacity, struct random *random)
{
	uint64_t *memory = test_malloc(sa_places_words(capacity) * sizeof(*memory));
	struct sa_places places;

	sa_places_open(&places, memory, capacity);
	memset(is_free, true, sizeof(is_free));
	for (unsigned step = 0; step < STEPS; step++) {
		bool fill = step / (STEPS / 6) % 2 == 0;
		uint32_t place = random_u32(random) % capacity, end = random_u32(random) % capacity;

		if (fill && random_u32(random) % 4 == 0 && naive_highest(capacity) < capacity)
			place = naive_highest(capacity);
		assert_int_equal(sa_places_is_free(&places, place), is_free[place]);
		is_free[place] = !fill;
		if (fill)
			sa_places_take(&places, place);
		else
			sa_places_give(&places, place);
		if (step % 8)
			continue; /* the model is slow */
		assert_int_equal(sa_places_highest(&places), naive_highest(capacity));
		assert_int_equal(
			sa_places_next(&places, place, end + 1), naive_next(place, end + 1));
		assert_int_equal(
			sa_places_next(&places, place, capacity), naive_next(place, capacity));
	}
	test_free(memory);
}

static void random_lives_as_a_naive_model(void **state)
{
	static const uint32_t capacities[] = {1, 63, 64, 65, 4095, 4096, 4097, CAPACITY_MAX};
	uint64_t seed;
	struct random random = seed_random(&seed);

	(void)state;
	for (size_t i = 0; i < sizeof(capacities) / sizeof(capacities[0]); i++)
		random_life(capacities[i], &random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_lives_as_a_naive_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
