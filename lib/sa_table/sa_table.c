/* SPDX-License-Identifier: BSD-3-Clause */
/* SAs come and go here, by the control plane's commands. */
#include "sa_table.h"

#include <errno.h>
#include <string.h>

#include "sa_table_hash.h"
#include "secret.h"

static uint32_t place_of(const struct sa_table *table, const struct sa_entry *entry)
{
	return (uint32_t)(entry - table->part.entries);
}

/* Counts a pair that comes (1) or goes (-1) and has a port that is any one. */
static void count_any_port(struct sa_table *table, const struct sa_port_pair *ports, int change)
{
	unsigned kind = ports->remote != SA_PORT_ANY ? 1 : ports->local != SA_PORT_ANY ? 0 : 2;

	if (ports->local == SA_PORT_ANY || ports->remote == SA_PORT_ANY)
		table->any_port[kind] += (uint32_t)change;
}

static void unlink_pairs(struct sa_table *table, const struct sa_entry *entry, unsigned pairs)
{
	uint32_t number = place_of(table, entry);

	for (unsigned i = 0; i < pairs; i++) {
		struct sa_flow flow = sa_table_flow_of(entry, i);

		sa_index_remove(
			&table->outbound, sa_table_tag_flow(table->part.head->seed, &flow), number);
		count_any_port(table, &entry->ports[i], -1);
	}
}

/* -EEXIST also where the two pairs of one SA are the same. */
static int link_outbound(struct sa_table *table, const struct sa_entry *entry)
{
	uint32_t number = place_of(table, entry);

	for (unsigned i = 0; i < entry->port_pairs; i++) {
		struct sa_flow flow = sa_table_flow_of(entry, i);
		struct sa_entry *other;
		int error = -EEXIST;

		sa_table_find_selectors(table, &flow, 1, &other);
		if (!other)
			error = sa_index_insert(&table->outbound,
				sa_table_tag_flow(table->part.head->seed, &flow), number);
		if (error) {
			unlink_pairs(table, entry, i);
			return error;
		}
		count_any_port(table, &entry->ports[i], 1);
	}
	return 0;
}

static int link_inbound(struct sa_table *table, const struct sa_entry *entry)
{
	int error;

	if (entry == sa_table_home(table, entry->spi))
		return 0;
	error = sa_index_insert(&table->inbound,
		sa_table_tag_spi(table->part.head->seed, entry->spi), place_of(table, entry));
	if (!error)
		table->elsewhere++;
	return error;
}

static void unlink_inbound(struct sa_table *table, const struct sa_entry *entry)
{
	if (entry == sa_table_home(table, entry->spi))
		return;
	sa_index_remove(&table->inbound, sa_table_tag_spi(table->part.head->seed, entry->spi),
		place_of(table, entry));
	table->elsewhere--;
}

static int link_entry(struct sa_table *table, const struct sa_entry *entry)
{
	return entry->direction == SA_INBOUND ? link_inbound(table, entry)
					      : link_outbound(table, entry);
}

static void empty_entry(struct sa_entry *entry)
{
	__atomic_store_n(&entry->state, SA_ENTRY_FREE, __ATOMIC_RELEASE);
	entry->replay_window = 0;
	secret_wipe_bytes(entry->inner, sizeof(entry->inner));
	secret_wipe_bytes(entry->outer, sizeof(entry->outer));
}

void sa_table_attach(struct sa_table *table, struct sa_memory_part part)
{
	*table = (struct sa_table){
		.part = part,
		.home_bits = sa_home_bits(part.capacity),
	};
	/* All of them, in order: their pages lie side by side then, which the TLB makes use of. */
	memset(part.inbound, 0,
		(size_t)sa_index_buckets(part.inbound_keys) * sizeof(*part.inbound));
	memset(part.outbound, 0,
		(size_t)sa_index_buckets(part.outbound_keys) * sizeof(*part.outbound));
	sa_index_open(&table->inbound, part.inbound, part.inbound_keys);
	sa_index_open(&table->outbound, part.outbound, part.outbound_keys);
	sa_places_open(&table->places, part.places, part.capacity);
	part.head->used = 0;
	for (uint32_t i = 0; i < part.capacity; i++) {
		struct sa_entry *entry = &part.entries[i];

		if (entry->state == SA_ENTRY_LIVE && link_entry(table, entry) == 0) {
			sa_places_take(&table->places, i);
			part.head->used++;
		} else {
			empty_entry(entry);
		}
	}
}

/* What it is found by. */
static void fill_names(struct sa_entry *entry, const struct sa_parameters *parameters)
{
	entry->spi = parameters->spi;
	memcpy(entry->local, parameters->local.bytes, sizeof(entry->local));
	memcpy(entry->remote, parameters->remote.bytes, sizeof(entry->remote));
	memcpy(entry->ports, parameters->ports, sizeof(entry->ports));
	entry->family = parameters->local.family;
	entry->direction = parameters->direction;
	entry->port_pairs = parameters->port_pairs;
	if (entry->port_pairs == 2 && entry->ports[0].local == entry->ports[1].local &&
		entry->ports[0].remote == entry->ports[1].remote)
		entry->port_pairs = 1;
}

static void fill_entry(struct sa_entry *entry, const struct sa_parameters *parameters,
	uint8_t states[2][SA_HASH_STATE_LEN])
{
	fill_names(entry, parameters);
	entry->top = 0;
	entry->window = 0;
	memcpy(entry->inner, states[0], SA_HASH_STATE_LEN);
	memcpy(entry->outer, states[1], SA_HASH_STATE_LEN);
	entry->replay_window = parameters->replay_window;
	entry->algorithm = parameters->algorithm;
	entry->transports = parameters->transports;
	entry->generation++;
	entry->packets = 0;
	entry->octets = 0;
	entry->announced = 0;
	entry->kept = 0;
}

/* The home of an inbound SA where that is free; else whatever is, from above: what the gateway
 * chooses SPIs for begins below. NULL: none. */
static struct sa_entry *free_entry(struct sa_table *table, const struct sa_parameters *parameters)
{
	uint32_t place = sa_home(parameters->spi, table->home_bits);

	if (parameters->direction != SA_INBOUND || place >= table->part.capacity ||
		!sa_places_is_free(&table->places, place))
		place = sa_places_highest(&table->places);
	return place == SA_PLACES_NONE ? NULL : &table->part.entries[place];
}

static bool is_taken(const struct sa_table *table, const struct sa_parameters *parameters)
{
	struct sa_entry *other = NULL;

	if (parameters->direction == SA_INBOUND)
		sa_table_find_inbound(table, &parameters->spi, 1, &other);
	return other != NULL;
}

int sa_table_add(struct sa_table *table, const struct sa_parameters *parameters,
	uint8_t states[2][SA_HASH_STATE_LEN], uint64_t *handle)
{
	struct sa_entry *entry;
	int error;

	if (sa_parameters_check(parameters))
		return -EINVAL;
	if (parameters->replay_window > SA_WINDOW_IN_ENTRY &&
		parameters->replay_window > table->part.window_words * 64)
		return -EINVAL;
	entry = free_entry(table, parameters);
	if (!entry)
		return -ENOSPC;
	if (is_taken(table, parameters))
		return -EEXIST;
	fill_entry(entry, parameters, states);
	if (entry->replay_window > SA_WINDOW_IN_ENTRY)
		memset(sa_table_window(table, entry), 0,
			table->part.window_words * sizeof(uint64_t));
	error = link_entry(table, entry);
	if (error) {
		empty_entry(entry);
		return error;
	}
	sa_places_take(&table->places, place_of(table, entry));
	/* From here on a successor would find it: all of it is there. */
	__atomic_store_n(&entry->state, SA_ENTRY_LIVE, __ATOMIC_RELEASE);
	table->part.head->used++;
	*handle = sa_table_handle(table, entry);
	return 0;
}

int sa_table_find_same(const struct sa_table *table, const struct sa_parameters *parameters,
	uint8_t states[2][SA_HASH_STATE_LEN], uint64_t *handle)
{
	struct sa_entry wanted = {.port_pairs = 0}, *found;
	struct sa_flow flow;

	fill_entry(&wanted, parameters, states);
	flow = sa_table_flow_of(&wanted, 0);
	if (wanted.direction == SA_INBOUND)
		sa_table_find_inbound(table, &wanted.spi, 1, &found);
	else
		sa_table_find_selectors(table, &flow, 1, &found);
	/* Alike in all that the command says: key, selectors, SPI. */
	if (found && found->spi == wanted.spi &&
		memcmp(found->inner, wanted.inner,
			offsetof(struct sa_entry, generation) - offsetof(struct sa_entry, inner)) ==
			0 &&
		memcmp(found->local, wanted.local,
			offsetof(struct sa_entry, packets) - offsetof(struct sa_entry, local)) ==
			0 &&
		found->family == wanted.family && found->direction == wanted.direction &&
		found->port_pairs == wanted.port_pairs)
		*handle = sa_table_handle(table, found);
	else
		found = NULL;
	secret_wipe_bytes(&wanted, sizeof(wanted));
	return found ? 0 : -EEXIST;
}

int sa_table_find_taken(
	const struct sa_table *table, const struct sa_parameters *parameters, uint64_t *handle)
{
	struct sa_entry wanted = {.port_pairs = 0}, *found = NULL;

	fill_names(&wanted, parameters);
	if (wanted.direction == SA_INBOUND)
		sa_table_find_inbound(table, &wanted.spi, 1, &found);
	for (unsigned i = 0; wanted.direction == SA_OUTBOUND && i < wanted.port_pairs; i++) {
		struct sa_flow flow = sa_table_flow_of(&wanted, i);

		if (!found)
			sa_table_find_selectors(table, &flow, 1, &found);
	}
	if (!found)
		return -ENOENT;
	*handle = sa_table_handle(table, found);
	return 0;
}

static void delete_entry(struct sa_table *table, struct sa_entry *entry)
{
	if (entry->direction == SA_INBOUND)
		unlink_inbound(table, entry);
	else
		unlink_pairs(table, entry, entry->port_pairs);
	empty_entry(entry);
	sa_places_give(&table->places, place_of(table, entry));
	table->part.head->used--;
}

const struct sa_entry *sa_table_get(const struct sa_table *table, uint64_t handle)
{
	uint32_t place = sa_handle_place(handle);
	const struct sa_entry *entry;

	if (sa_handle_worker(handle) != table->part.worker || place >= table->part.capacity)
		return NULL;
	entry = &table->part.entries[place];
	return entry->state == SA_ENTRY_LIVE && entry->generation == sa_handle_generation(handle)
		       ? entry
		       : NULL;
}

int sa_table_delete(struct sa_table *table, uint64_t handle)
{
	if (!sa_table_get(table, handle))
		return -ENOENT;
	delete_entry(table, &table->part.entries[sa_handle_place(handle)]);
	return 0;
}

int sa_table_keep(struct sa_table *table, uint64_t handle, uint16_t epoch)
{
	struct sa_entry *entry;

	if (!sa_table_get(table, handle))
		return -ENOENT;
	entry = &table->part.entries[sa_handle_place(handle)];
	entry->kept = epoch;
	entry->announced = 0;
	return 0;
}

uint32_t sa_table_flush(
	struct sa_table *table, uint32_t from, uint32_t max, uint16_t epoch, uint32_t *deleted)
{
	uint32_t left = table->part.capacity - from, end = from + (left < max ? left : max);

	*deleted = 0;
	for (uint32_t i = from; i < end; i++) {
		struct sa_entry *entry = &table->part.entries[i];

		if (entry->state == SA_ENTRY_LIVE && (epoch == 0 || entry->kept != epoch)) {
			delete_entry(table, entry);
			(*deleted)++;
		}
	}
	return end;
}
