/* SPDX-License-Identifier: BSD-3-Clause */
/* What the data plane says of places is known here a moment later; the turns are so long that
 * meanwhile no place is chosen twice. Where one is nevertheless, its SA lives elsewhere. */
#include "spi_allocator.h"

#include <errno.h>
#include <stdlib.h>

#include "sa.h"
#include "sa_home.h"

/* Places of a turn beyond those in use. As few as will do: SAs that lie close together share pages
 * and, when few, caches. */
#define TURN_MORE 16384

struct spi_allocator_table {
	struct sa_places places;
	uint32_t used;
	uint32_t next; /* place of this turn */
	uint32_t turn;
};

int spi_allocator_open(struct spi_allocator *allocator, uint32_t workers, uint32_t capacity,
	const struct random *random)
{
	size_t words = sa_places_words(capacity);

	*allocator = (struct spi_allocator){.workers = workers,
		.capacity = capacity,
		.place_bits = sa_home_bits(capacity),
		.tables = calloc(workers, sizeof(struct spi_allocator_table)),
		.memory = calloc(workers * words, sizeof(uint64_t))};
	if (!allocator->tables || !allocator->memory) {
		spi_allocator_close(allocator);
		return -ENOMEM;
	}
	for (uint32_t w = 0; w < workers; w++)
		sa_places_open(
			&allocator->tables[w].places, allocator->memory + w * words, capacity);
	random_fill(random, &allocator->key, sizeof(allocator->key));
	return 0;
}

void spi_allocator_close(struct spi_allocator *allocator)
{
	free(allocator->tables);
	free(allocator->memory);
	allocator->tables = NULL;
	allocator->memory = NULL;
}

/* Where none is free, any one: the data plane will refuse its SA. */
static uint32_t next_place(struct spi_allocator_table *table, uint32_t capacity)
{
	uint32_t more = capacity - table->used < TURN_MORE ? capacity - table->used : TURN_MORE;
	uint32_t end = table->used + more, place = SA_PLACES_NONE;

	if (table->next < end)
		place = sa_places_next(&table->places, table->next, end);
	if (place == SA_PLACES_NONE) {
		table->turn++;
		place = sa_places_next(&table->places, 0, end);
	}
	if (place == SA_PLACES_NONE)
		place = table->next % capacity;
	table->next = place + 1;
	return place;
}

/* Workers have turns of their own and places of the same numbers: the high bits tell them apart. */
static uint32_t compose(const struct spi_allocator *allocator, uint32_t worker, uint32_t place)
{
	uint64_t values = 1ull << (32 - allocator->place_bits);
	uint64_t turns = values / allocator->workers;
	uint64_t user = allocator->tables[worker].turn % turns * allocator->workers + worker;
	uint32_t hidden = ((place ^ allocator->key) * 0x9e3779b1u) >> allocator->place_bits;

	return (uint32_t)((user + hidden) % values << allocator->place_bits) | place;
}

static bool is_avoided(uint32_t spi, const uint32_t *avoid, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (avoid[i] == spi)
			return true;
	return spi < SA_SPI_MIN;
}

uint32_t spi_allocator_next(
	struct spi_allocator *allocator, uint32_t worker, const uint32_t *avoid, size_t count)
{
	uint32_t spi;

	do
		spi = compose(allocator, worker,
			next_place(&allocator->tables[worker], allocator->capacity));
	while (is_avoided(spi, avoid, count) ||
		(allocator->taken && allocator->taken(allocator->context, spi)));
	return spi;
}

static struct spi_allocator_table *table_of(
	const struct spi_allocator *allocator, uint32_t worker, uint32_t place)
{
	if (worker >= allocator->workers || place >= allocator->capacity)
		return NULL;
	return &allocator->tables[worker];
}

void spi_allocator_take(struct spi_allocator *allocator, uint32_t worker, uint32_t place)
{
	struct spi_allocator_table *table = table_of(allocator, worker, place);

	if (!table || !sa_places_is_free(&table->places, place))
		return;
	sa_places_take(&table->places, place);
	table->used++;
}

void spi_allocator_give(struct spi_allocator *allocator, uint32_t worker, uint32_t place)
{
	struct spi_allocator_table *table = table_of(allocator, worker, place);

	if (!table || sa_places_is_free(&table->places, place))
		return;
	sa_places_give(&table->places, place);
	table->used--;
}
