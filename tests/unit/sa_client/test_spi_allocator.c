/* SPDX-License-Identifier: BSD-3-Clause */
#include "spi_allocator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sa.h"
#include "sa_home.h"

#define CAPACITY 3000 /* 12 bits name a place, 20 tell its users apart */
#define WORKERS  3

static uint64_t seed;

static void open_allocator(struct spi_allocator *allocator, uint32_t workers, uint32_t capacity)
{
	const struct random random = random_seeded(&seed);

	seed = 42;
	assert_int_equal(spi_allocator_open(allocator, workers, capacity, &random), 0);
}

static uint32_t next_of(struct spi_allocator *allocator, uint32_t worker)
{
	return spi_allocator_next(allocator, worker, NULL, 0);
}

static uint32_t place_of(const struct spi_allocator *allocator, uint32_t spi)
{
	assert_true(spi >= SA_SPI_MIN);
	return sa_home(spi, allocator->place_bits);
}

/* The lowest place in which no SA lives and which no SPI in use names. */
static void each_names_the_lowest_free_place(void **state)
{
	struct spi_allocator allocator;
	uint32_t spis[CAPACITY], again;

	(void)state;
	open_allocator(&allocator, WORKERS, CAPACITY);
	for (uint32_t place = 0; place < CAPACITY; place += 3)
		spi_allocator_take(&allocator, 1, place);
	for (uint32_t place = 0; place < CAPACITY; place++) {
		if (place % 3 == 0)
			continue;
		spis[place] = next_of(&allocator, 1);
		assert_int_equal(place_of(&allocator, spis[place]), place);
	}
	assert_int_equal(next_of(&allocator, 1), 0);
	assert_int_equal(allocator.in_use, CAPACITY / 3 * 2);
	/* The others' places are their own. */
	assert_int_equal(place_of(&allocator, next_of(&allocator, 0)), 0);
	/* Both must have gone: who lives there, and whose SPI names it. */
	spi_allocator_give(&allocator, 1, 999);
	spi_allocator_take(&allocator, 1, 500);
	spi_allocator_release(&allocator, 1, spis[500]);
	spi_allocator_release(&allocator, 1, spis[700]);
	again = next_of(&allocator, 1);
	assert_int_equal(place_of(&allocator, again), 700);
	assert_int_not_equal(again, spis[700]);
	assert_int_equal(place_of(&allocator, next_of(&allocator, 1)), 999);
	assert_int_equal(next_of(&allocator, 1), 0);
	spi_allocator_give(&allocator, 1, 500);
	assert_int_equal(place_of(&allocator, next_of(&allocator, 1)), 500);
	spi_allocator_close(&allocator);
}

/* What is not in use, or was never chosen, is not released; what no table has is nobody's. */
static void only_what_is_in_use_is_released(void **state)
{
	struct spi_allocator allocator;
	uint32_t old, spi;

	(void)state;
	open_allocator(&allocator, 1, 17);
	old = next_of(&allocator, 0);
	spi_allocator_release(&allocator, 0, old);
	spi = next_of(&allocator, 0);
	spi_allocator_release(&allocator, 0, old);
	spi_allocator_release(&allocator, 0, spi + 32); /* of the same place, given by somebody */
	spi_allocator_release(&allocator, 0, 31);       /* names no place */
	assert_int_equal(allocator.in_use, 1);
	assert_int_equal(place_of(&allocator, next_of(&allocator, 0)), 1);
	spi_allocator_release(&allocator, 0, spi);
	spi_allocator_release(&allocator, 0, spi);
	assert_int_equal(allocator.in_use, 1);
	spi_allocator_take(&allocator, 0, 17);
	spi_allocator_take(&allocator, 1, 3);
	spi_allocator_give(&allocator, UINT32_MAX, UINT32_MAX);
	assert_int_equal(place_of(&allocator, next_of(&allocator, 0)), 0);
	spi_allocator_close(&allocator);
}

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

/* P-SPI: none twice among all that the users of one place have, at all workers, also where their
 * number does not divide that of the high bits' values. */
static void users_of_a_place_have_different_ones(uint32_t workers, uint32_t capacity)
{
	const uint32_t place_bits = sa_home_bits(capacity);
	const uint64_t most = (UINT64_C(1) << (32 - place_bits)) / workers;
	const uint32_t users = most < 65536 ? (uint32_t)most : 65536, count = users * workers;
	uint32_t *spis = test_calloc(count, sizeof(*spis));
	struct spi_allocator allocator;

	open_allocator(&allocator, workers, capacity);
	/* Lower places have SPIs that are reserved. */
	for (uint32_t i = 0; i < workers * SA_SPI_MIN; i++)
		spi_allocator_take(&allocator, i % workers, i / workers);
	for (uint32_t i = 0; i < count; i++) {
		spis[i] = next_of(&allocator, i % workers);
		assert_int_equal(place_of(&allocator, spis[i]), SA_SPI_MIN);
		spi_allocator_release(&allocator, i % workers, spis[i]);
	}
	assert_int_equal(next_of(&allocator, 0), spis[0]);
	assert_int_equal(allocator.in_use, 1);
	qsort(spis, count, sizeof(*spis), by_value);
	for (uint32_t i = 1; i < count; i++)
		assert_int_not_equal(spis[i], spis[i - 1]);
	test_free(spis);
	spi_allocator_close(&allocator);
}

static void none_comes_twice(void **state)
{
	(void)state;
	users_of_a_place_have_different_ones(1, 257);
	users_of_a_place_have_different_ones(3, 4096);
	users_of_a_place_have_different_ones(64, 1 << 16);
	users_of_a_place_have_different_ones(63, 1 << 16);
}

/* Of all users of the lowest place, one would have it. */
static void none_is_reserved(void **state)
{
	struct spi_allocator allocator;

	(void)state;
	open_allocator(&allocator, 1, 1 << 16);
	for (uint32_t i = 0; i < 1 << 16; i++) {
		uint32_t spi = next_of(&allocator, 0);

		assert_true(spi >= SA_SPI_MIN);
		spi_allocator_release(&allocator, 0, spi);
	}
	spi_allocator_close(&allocator);
}

/* P-SPI: and none twice among all places. */
static void places_have_different_ones(void **state)
{
	enum { COUNT = WORKERS * CAPACITY };
	uint32_t *spis = test_calloc(COUNT, sizeof(*spis));
	struct spi_allocator allocator;

	(void)state;
	open_allocator(&allocator, WORKERS, CAPACITY);
	for (uint32_t i = 0; i < COUNT; i++)
		spis[i] = next_of(&allocator, i % WORKERS);
	qsort(spis, COUNT, sizeof(*spis), by_value);
	assert_true(spis[0] >= SA_SPI_MIN);
	for (uint32_t i = 1; i < COUNT; i++)
		assert_int_not_equal(spis[i], spis[i - 1]);
	test_free(spis);
	spi_allocator_close(&allocator);
}

static bool is_even(void *context, uint32_t spi)
{
	assert_ptr_equal(context, &seed);
	return spi % 2 == 0;
}

static bool is_any(void *context, uint32_t spi)
{
	(void)context;
	(void)spi;
	return true;
}

/* P-SPI: unlike those of SM1 and those that somebody has chosen himself. */
static void not_what_others_have(void **state)
{
	struct spi_allocator allocator;
	uint32_t avoid[2], spi;

	(void)state;
	open_allocator(&allocator, 1, CAPACITY);
	avoid[0] = next_of(&allocator, 0);
	avoid[1] = next_of(&allocator, 0);
	spi_allocator_close(&allocator);
	open_allocator(&allocator, 1, CAPACITY); /* would say the same */
	spi = spi_allocator_next(&allocator, 0, avoid, 2);
	assert_int_equal(place_of(&allocator, spi), 2);
	allocator.taken = is_even;
	allocator.context = &seed;
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(next_of(&allocator, 0) % 2, 1);
	/* However much there is of it: the choice ends. */
	allocator.taken = is_any;
	assert_int_equal(next_of(&allocator, 0), 0);
	allocator.taken = NULL;
	assert_int_equal(place_of(&allocator, next_of(&allocator, 0)), 0);
	spi_allocator_close(&allocator);
}

/* One that an allocator with another key chose. */
static void a_predecessors_is_reclaimed(void **state)
{
	struct spi_allocator allocator;
	uint32_t spi;

	(void)state;
	open_allocator(&allocator, WORKERS, CAPACITY);
	spi = 0xabcde000 | 5; /* names place 5 */
	assert_true(spi_allocator_reclaim(&allocator, 1, spi));
	assert_int_equal(allocator.in_use, 1);
	assert_false(spi_allocator_reclaim(&allocator, 1, spi));
	assert_false(spi_allocator_reclaim(&allocator, 1, spi ^ 1 << 20)); /* of the same place */
	assert_false(spi_allocator_reclaim(&allocator, 1, CAPACITY));      /* names no place */
	assert_false(spi_allocator_reclaim(&allocator, 1, SA_SPI_MIN - 1));
	assert_int_equal(allocator.in_use, 1);
	for (uint32_t place = 0; place < 7; place++)
		if (place != 5)
			assert_int_equal(place_of(&allocator, next_of(&allocator, 1)), place);
	spi_allocator_release(&allocator, 1, spi);
	assert_int_equal(place_of(&allocator, next_of(&allocator, 1)), 5);
	spi_allocator_close(&allocator);
}

/* P-SPI: one that another worker has got again is not chosen, be it the next user's. */
static void not_what_was_reclaimed_elsewhere(void **state)
{
	struct spi_allocator allocator;
	uint32_t first;

	(void)state;
	open_allocator(&allocator, WORKERS, CAPACITY);
	first = next_of(&allocator, 1);
	spi_allocator_close(&allocator);
	open_allocator(&allocator, WORKERS, CAPACITY); /* would say the same */
	assert_true(spi_allocator_reclaim(&allocator, 2, first));
	assert_int_not_equal(next_of(&allocator, 1), first);
	spi_allocator_close(&allocator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-SPI each names the lowest free place", each_names_the_lowest_free_place, NULL,
			NULL, NULL},
		cmocka_unit_test(only_what_is_in_use_is_released),
		{"P-SPI none comes twice", none_comes_twice, NULL, NULL, NULL},
		{"P-SPI none is reserved", none_is_reserved, NULL, NULL, NULL},
		{"P-SPI places have different ones", places_have_different_ones, NULL, NULL, NULL},
		{"P-SPI not what others have", not_what_others_have, NULL, NULL, NULL},
		{"P-SPI a predecessor's is reclaimed", a_predecessors_is_reclaimed, NULL, NULL,
			NULL},
		{"P-SPI not what was reclaimed elsewhere", not_what_was_reclaimed_elsewhere, NULL,
			NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
