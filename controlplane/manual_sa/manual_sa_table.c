/* SPDX-License-Identifier: BSD-3-Clause */
#include "manual_sa_table.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "manual_sa_ends.h"
#include "table.h"

static void *take_pages(size_t len)
{
	void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

static size_t places_len(const struct manual_sa_table *table)
{
	return (size_t)table->capacity * sizeof(table->places[0]);
}

static size_t buckets_len(const struct manual_sa_table *table)
{
	return (size_t)sa_index_buckets(table->capacity) * sizeof(struct sa_index_bucket);
}

int manual_sa_table_open(struct manual_sa_table *table, uint32_t capacity)
{
	*table = (struct manual_sa_table){.capacity = capacity};
	table->places = take_pages(places_len(table));
	sa_index_open(&table->by_spi, take_pages(buckets_len(table)), capacity);
	sa_index_open(&table->by_end, take_pages(buckets_len(table)), capacity);
	if (table->places && table->by_spi.buckets && table->by_end.buckets)
		return 0;
	manual_sa_table_close(table);
	return -ENOMEM;
}

void manual_sa_table_close(struct manual_sa_table *table)
{
	if (table->places)
		munmap(table->places, places_len(table));
	if (table->by_spi.buckets)
		munmap(table->by_spi.buckets, buckets_len(table));
	if (table->by_end.buckets)
		munmap(table->by_end.buckets, buckets_len(table));
	*table = (struct manual_sa_table){.capacity = 0};
}

/* Who gives SPIs can not choose buckets. An inbound SPI is one SA's, outbound ones are the other
 * ends' choice, and may all be equal. */
static uint32_t tag_of(enum sa_direction direction, uint32_t spi, const struct net_address *local,
	const struct net_address *remote)
{
	struct {
		uint32_t spi;
		uint8_t local[sizeof(local->bytes)], remote[sizeof(remote->bytes)];
	} key = {.spi = spi};

	_Static_assert(sizeof(key) == 4 + 2 * sizeof(local->bytes), "a key has no padding");
	if (direction == SA_OUTBOUND) {
		memcpy(key.local, local->bytes, sizeof(key.local));
		memcpy(key.remote, remote->bytes, sizeof(key.remote));
	}
	return sa_index_tag(table_hash(&key, sizeof(key)));
}

static bool names_its_end(const struct manual_sa *sa)
{
	return sa->direction == SA_INBOUND && sa->ports.remote != SA_PORT_ANY;
}

/* Both indices have it, or none. */
static int add_to_indices(struct manual_sa_table *table, struct manual_sa *sa, uint32_t place)
{
	uint32_t tag = tag_of(sa->direction, sa->spi, &sa->local, &sa->remote);
	int status = sa_index_insert(&table->by_spi, tag, place);

	if (status != 0 || !names_its_end(sa))
		return status;
	status = manual_sa_ends_add(table, sa);
	if (status != 0)
		sa_index_remove(&table->by_spi, tag, place);
	return status;
}

struct manual_sa *manual_sa_table_insert(
	struct manual_sa_table *table, const char *label, const struct sa_parameters *sa)
{
	uint32_t place = table->first_free ? table->first_free - 1 : table->used_places;
	struct manual_sa *entry = &table->places[place];
	uint32_t next_free;

	if (place == table->capacity)
		return NULL;
	next_free = entry->next_free;
	*entry = (struct manual_sa){
		.spi = sa->spi,
		.replay_window = sa->replay_window,
		.ports = sa->ports[0],
		.direction = sa->direction,
		.algorithm = sa->algorithm,
		.transports = sa->transports,
		.local = sa->local,
		.remote = sa->remote,
	};
	strncpy(entry->label, label, sizeof(entry->label) - 1);
	if (add_to_indices(table, entry, place) != 0) {
		entry->next_free = next_free;
		return NULL;
	}
	entry->state = MANUAL_SA_COMING;
	if (table->first_free)
		table->first_free = next_free;
	else
		table->used_places++;
	return entry;
}

void manual_sa_table_remove(struct manual_sa_table *table, struct manual_sa *sa)
{
	uint32_t place = (uint32_t)(sa - table->places);

	sa_index_remove(
		&table->by_spi, tag_of(sa->direction, sa->spi, &sa->local, &sa->remote), place);
	if (names_its_end(sa))
		manual_sa_ends_remove(table, sa);
	table->live -= sa->state == MANUAL_SA_LIVE;
	sa->state = MANUAL_SA_FREE;
	sa->next_free = table->first_free;
	table->first_free = place + 1;
}

static bool is_between(const struct manual_sa *sa, const struct net_address *local,
	const struct net_address *remote)
{
	return net_address_equal(&sa->local, local) && net_address_equal(&sa->remote, remote);
}

const struct manual_sa *manual_sa_table_inbound(const struct manual_sa_table *table, uint32_t spi)
{
	struct sa_index_walk walk;
	uint32_t tag = tag_of(SA_INBOUND, spi, NULL, NULL);
	uint32_t place = sa_index_first(&table->by_spi, tag, &walk);

	while (place != SA_INDEX_NONE &&
		(table->places[place].direction != SA_INBOUND || table->places[place].spi != spi))
		place = sa_index_next(&table->by_spi, &walk);
	return place == SA_INDEX_NONE ? NULL : &table->places[place];
}

const struct manual_sa *manual_sa_table_opposite(
	const struct manual_sa_table *table, const struct sa_parameters *sa)
{
	struct sa_index_walk walk;
	uint32_t tag = tag_of(SA_OUTBOUND, sa->spi, &sa->local, &sa->remote);
	const struct manual_sa *inbound = manual_sa_table_inbound(table, sa->spi);
	uint32_t place;

	if (sa->direction == SA_OUTBOUND)
		return inbound && is_between(inbound, &sa->local, &sa->remote) ? inbound : NULL;
	place = sa_index_first(&table->by_spi, tag, &walk);
	while (place != SA_INDEX_NONE &&
		(table->places[place].direction != SA_OUTBOUND ||
			table->places[place].spi != sa->spi ||
			!is_between(&table->places[place], &sa->local, &sa->remote)))
		place = sa_index_next(&table->by_spi, &walk);
	return place == SA_INDEX_NONE ? NULL : &table->places[place];
}

static bool fits(const struct manual_sa_filter *filter, const struct manual_sa *sa)
{
	return sa->state == MANUAL_SA_LIVE && (filter->spi == 0 || filter->spi == sa->spi) &&
	       (filter->direction < 0 || filter->direction == sa->direction) &&
	       (!filter->label || strcmp(filter->label, sa->label) == 0) &&
	       (filter->address.family == NET_NONE ||
		       net_address_equal(&filter->address, &sa->local) ||
		       net_address_equal(&filter->address, &sa->remote));
}

struct manual_sa *manual_sa_table_next(
	const struct manual_sa_table *table, const struct manual_sa_filter *filter, uint32_t *place)
{
	uint32_t left = table->used_places - *place;
	uint32_t end = *place + (left < MANUAL_SA_TABLE_LOOK ? left : MANUAL_SA_TABLE_LOOK);

	while (*place < end) {
		struct manual_sa *sa = &table->places[(*place)++];

		if (fits(filter, sa))
			return sa;
	}
	return NULL;
}
