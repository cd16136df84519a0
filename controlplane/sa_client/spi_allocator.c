/* SPDX-License-Identifier: BSD-3-Clause */
/* The lowest free places are named first: SAs that lie close together share pages and, when few,
 * caches. */
#include "spi_allocator.h"

#include <errno.h>
#include <stdlib.h>

#include "sa.h"
#include "sa_home.h"
#include "sa_places.h"

#define TRIES     64 /* somebody may hold SPIs on purpose */
#define USERS_MAX 65536

/* Of a place. */
struct place {
	uint32_t spi;  /* that names it, and is in use; 0: none */
	uint16_t user; /* the next one's number */
	bool lives;    /* an SA is there */
};

struct spi_allocator_table {
	struct place *of;
	struct sa_places free; /* nothing lives there, nothing names them */
	uint64_t *memory;      /* theirs */
	uint32_t lowest;       /* there is no free place below */
};

static int open_table(struct spi_allocator_table *table, uint32_t capacity)
{
	table->of = calloc(capacity, sizeof(*table->of));
	table->memory = calloc(sa_places_words(capacity), sizeof(*table->memory));
	if (!table->of || !table->memory)
		return -ENOMEM;
	sa_places_open(&table->free, table->memory, capacity);
	return 0;
}

int spi_allocator_open(struct spi_allocator *allocator, uint32_t workers, uint32_t capacity,
	const struct random *random)
{
	*allocator = (struct spi_allocator){.workers = workers,
		.capacity = capacity,
		.place_bits = sa_home_bits(capacity),
		.tables = calloc(workers, sizeof(struct spi_allocator_table))};
	if (!allocator->tables)
		return -ENOMEM;
	for (uint32_t w = 0; w < workers; w++) {
		int status = open_table(&allocator->tables[w], capacity);

		if (status != 0) {
			spi_allocator_close(allocator);
			return status;
		}
	}
	random_fill(random, &allocator->key, sizeof(allocator->key));
	return 0;
}

void spi_allocator_close(struct spi_allocator *allocator)
{
	for (uint32_t w = 0; allocator->tables && w < allocator->workers; w++) {
		free(allocator->tables[w].of);
		free(allocator->tables[w].memory);
	}
	free(allocator->tables);
	allocator->tables = NULL;
}

/* The high bits of an SPI are a number below this. */
static uint64_t high_values(const struct spi_allocator *allocator)
{
	return UINT64_C(1) << (32 - allocator->place_bits);
}

static uint32_t users(const struct spi_allocator *allocator)
{
	uint64_t users = high_values(allocator) / allocator->workers;

	return users < USERS_MAX ? (uint32_t)users : USERS_MAX;
}

/* Mixes every bit of place and key; the constants are those of Murmur3's last step. */
static uint64_t hide(const struct spi_allocator *allocator, uint32_t place)
{
	uint64_t mixed = place ^ allocator->key;

	mixed = (mixed ^ mixed >> 33) * UINT64_C(0xff51afd7ed558ccd);
	mixed = (mixed ^ mixed >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return mixed ^ mixed >> 33;
}

static uint32_t compose(
	const struct spi_allocator *allocator, uint32_t worker, uint32_t place, uint32_t user)
{
	uint64_t number = (uint64_t)user * allocator->workers + worker;
	uint64_t high = (number + hide(allocator, place)) % high_values(allocator);

	return (uint32_t)(high << allocator->place_bits) | place;
}

static bool is_refused(
	const struct spi_allocator *allocator, uint32_t spi, const uint32_t *avoid, size_t count)
{
	uint32_t place = sa_home(spi, allocator->place_bits);

	for (size_t i = 0; i < count; i++)
		if (avoid[i] == spi)
			return true;
	/* A predecessor's, which had another key, may be another worker's. */
	for (uint32_t w = 0; w < allocator->workers; w++)
		if (allocator->tables[w].of[place].spi == spi)
			return true;
	return spi < SA_SPI_MIN || (allocator->taken && allocator->taken(allocator->context, spi));
}

static void update_free(struct spi_allocator_table *table, uint32_t place)
{
	if (table->of[place].lives || table->of[place].spi != 0) {
		sa_places_take(&table->free, place);
		return;
	}
	sa_places_give(&table->free, place);
	if (place < table->lowest)
		table->lowest = place;
}

/* spi 0: none does any more. */
static void set_named(
	struct spi_allocator *allocator, uint32_t worker, uint32_t place, uint32_t spi)
{
	struct spi_allocator_table *table = &allocator->tables[worker];

	table->of[place].spi = spi;
	allocator->in_use += spi != 0 ? 1 : (size_t)-1;
	update_free(table, place);
}

uint32_t spi_allocator_next(
	struct spi_allocator *allocator, uint32_t worker, const uint32_t *avoid, size_t count)
{
	struct spi_allocator_table *table = &allocator->tables[worker];
	uint32_t place;

	table->lowest = sa_places_next(&table->free, table->lowest, allocator->capacity);
	if (table->lowest == SA_PLACES_NONE)
		table->lowest = allocator->capacity;
	place = table->lowest;
	for (unsigned tries = 0; tries < TRIES && place < allocator->capacity; tries++) {
		struct place *of = &table->of[place];
		uint32_t spi = compose(allocator, worker, place, of->user);

		of->user = (uint16_t)((of->user + 1) % users(allocator));
		if (!is_refused(allocator, spi, avoid, count)) {
			set_named(allocator, worker, place, spi);
			return spi;
		}
		place = sa_places_next(&table->free, place + 1, allocator->capacity);
	}
	return 0;
}

bool spi_allocator_reclaim(struct spi_allocator *allocator, uint32_t worker, uint32_t spi)
{
	uint32_t place = sa_home(spi, allocator->place_bits);

	if (spi < SA_SPI_MIN || place >= allocator->capacity ||
		allocator->tables[worker].of[place].spi != 0)
		return false;
	set_named(allocator, worker, place, spi);
	return true;
}

void spi_allocator_release(struct spi_allocator *allocator, uint32_t worker, uint32_t spi)
{
	uint32_t place = sa_home(spi, allocator->place_bits);

	if (spi != 0 && place < allocator->capacity &&
		allocator->tables[worker].of[place].spi == spi)
		set_named(allocator, worker, place, 0);
}

static void set_lives(struct spi_allocator *allocator, uint32_t worker, uint32_t place, bool lives)
{
	if (worker >= allocator->workers || place >= allocator->capacity)
		return;
	allocator->tables[worker].of[place].lives = lives;
	update_free(&allocator->tables[worker], place);
}

void spi_allocator_take(struct spi_allocator *allocator, uint32_t worker, uint32_t place)
{
	set_lives(allocator, worker, place, true);
}

void spi_allocator_give(struct spi_allocator *allocator, uint32_t worker, uint32_t place)
{
	set_lives(allocator, worker, place, false);
}
