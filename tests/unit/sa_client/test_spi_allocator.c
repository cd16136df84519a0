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

static uint32_t next_place(struct spi_allocator *allocator, uint32_t worker)
{
	uint32_t place = sa_home(
		spi_allocator_next(allocator, worker, NULL, 0), sa_home_bits(allocator->capacity));

	assert_in_range(place, 0, allocator->capacity - 1);
	return place;
}

/* Each SPI names a place that nobody has; all of them are named before one comes again. */
static void each_names_a_free_place(void **state)
{
	static bool named[CAPACITY];
	struct spi_allocator allocator;

	(void)state;
	open_allocator(&allocator, WORKERS, CAPACITY);
	memset(named, 0, sizeof(named));
	for (uint32_t place = 0; place < CAPACITY; place += 3)
		spi_allocator_take(&allocator, 1, place);
	for (uint32_t i = 0; i < CAPACITY / 3 * 2; i++) {
		uint32_t place = next_place(&allocator, 1);

		assert_int_not_equal(place % 3, 0);
		assert_false(named[place]);
		named[place] = true;
	}
	/* The others' places are their own. */
	assert_int_equal(next_place(&allocator, 0), 0);
	/* What has left is named again, in the next turn. */
	spi_allocator_give(&allocator, 1, 0);
	assert_int_equal(next_place(&allocator, 1), 0);
	assert_int_equal(next_place(&allocator, 1), 1);
	spi_allocator_close(&allocator);
}

/* Few SAs lie close together, however large the table is: what is in use, and as much again as is
 * under way. */
static void few_stay_close_together(void **state)
{
	enum { LARGE = 1 << 20, CLOSE = 20000 };
	struct spi_allocator allocator;
	uint32_t highest = 0;

	(void)state;
	open_allocator(&allocator, 1, LARGE);
	for (unsigned i = 0; i < 4 * CLOSE; i++) {
		uint32_t place = next_place(&allocator, 0);

		if (i < 1000)
			spi_allocator_take(&allocator, 0, place);
		highest = place > highest ? place : highest;
	}
	assert_in_range(highest, 10000, CLOSE);
	spi_allocator_close(&allocator);
}

/* A refused guess costs nothing: the table may know more, or be full. */
static void a_full_table_ends_no_choice(void **state)
{
	struct spi_allocator allocator;

	(void)state;
	open_allocator(&allocator, 1, 17);
	for (uint32_t place = 0; place < 17; place++) {
		spi_allocator_take(&allocator, 0, place);
		spi_allocator_take(&allocator, 0, place);
	}
	for (unsigned i = 0; i < 100; i++)
		(void)next_place(&allocator, 0);
	spi_allocator_give(&allocator, 0, 11);
	spi_allocator_give(&allocator, 0, 11);
	assert_int_equal(next_place(&allocator, 0), 11);
	/* What no table has is nobody's. */
	spi_allocator_take(&allocator, 0, 17);
	spi_allocator_take(&allocator, 1, 3);
	spi_allocator_give(&allocator, UINT32_MAX, UINT32_MAX);
	assert_int_equal(next_place(&allocator, 0), 11);
	spi_allocator_close(&allocator);
}

static int by_value(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

/* P-SPI: none twice, over all workers, in many turns; none is reserved. */
static void none_comes_twice(void **state)
{
	enum { SMALL = 100, COUNT = 300000 };
	uint32_t *spis = test_calloc(COUNT, sizeof(*spis));
	struct spi_allocator allocator;

	(void)state;
	open_allocator(&allocator, WORKERS, SMALL);
	for (unsigned i = 0; i < COUNT; i++)
		spis[i] = spi_allocator_next(&allocator, i % 7 % WORKERS, NULL, 0);
	qsort(spis, COUNT, sizeof(*spis), by_value);
	assert_true(spis[0] >= SA_SPI_MIN);
	for (unsigned i = 1; i < COUNT; i++)
		assert_int_not_equal(spis[i], spis[i - 1]);
	test_free(spis);
	spi_allocator_close(&allocator);
}

static bool is_even(void *context, uint32_t spi)
{
	assert_ptr_equal(context, &seed);
	return spi % 2 == 0;
}

/* P-SPI: unlike those of SM1 and those that somebody has chosen himself. */
static void not_what_others_have(void **state)
{
	struct spi_allocator allocator;
	uint32_t avoid[2];

	(void)state;
	open_allocator(&allocator, 1, CAPACITY);
	avoid[0] = spi_allocator_next(&allocator, 0, NULL, 0);
	avoid[1] = spi_allocator_next(&allocator, 0, NULL, 0);
	spi_allocator_close(&allocator);
	open_allocator(&allocator, 1, CAPACITY); /* would say the same */
	for (unsigned i = 0; i < CAPACITY; i++) {
		uint32_t spi = spi_allocator_next(&allocator, 0, avoid, 2);

		assert_true(spi != avoid[0] && spi != avoid[1]);
	}
	allocator.taken = is_even;
	allocator.context = &seed;
	for (unsigned i = 0; i < CAPACITY; i++)
		assert_int_equal(spi_allocator_next(&allocator, 0, NULL, 0) % 2, 1);
	spi_allocator_close(&allocator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-SPI each names a free place", each_names_a_free_place, NULL, NULL, NULL},
		cmocka_unit_test(few_stay_close_together),
		cmocka_unit_test(a_full_table_ends_no_choice),
		{"P-SPI none comes twice", none_comes_twice, NULL, NULL, NULL},
		{"P-SPI not what others have", not_what_others_have, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
