/* SPDX-License-Identifier: BSD-3-Clause */
/* SAs come and go here, by the control plane's commands. */
#include "sa_table.h"

#include <errno.h>
#include <string.h>

#include "sa_table_hash.h"
#include "secret.h"

/* Places are used as a stack; their numbers start at 1 here, 0 ends the list. */
static void push_free(struct sa_table *table, struct sa_entry *entry)
{
	entry->next_free = table->part.head->first_free;
	table->part.head->first_free = (uint32_t)(entry - table->part.entries) + 1;
}

static struct sa_flow flow_of(const struct sa_entry *entry, unsigned pair)
{
	struct sa_flow flow;

	sa_flow_set_ports(&flow, entry->ports[pair], entry->family);
	memcpy(flow.local, entry->local, sizeof(flow.local));
	memcpy(flow.remote, entry->remote, sizeof(flow.remote));
	return flow;
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
	uint32_t number = (uint32_t)(entry - table->part.entries);

	for (unsigned i = 0; i < pairs; i++) {
		struct sa_flow flow = flow_of(entry, i);
		uint64_t hash = sa_table_hash_flow(table->part.head->seed, &flow);

		sa_index_remove(&table->outbound, hash, sa_table_flow_tag(hash), number);
		count_any_port(table, &entry->ports[i], -1);
	}
}

/* -EEXIST also where the two pairs of one SA are the same. */
static int link_outbound(struct sa_table *table, const struct sa_entry *entry)
{
	uint32_t number = (uint32_t)(entry - table->part.entries);

	for (unsigned i = 0; i < entry->port_pairs; i++) {
		struct sa_flow flow = flow_of(entry, i);
		uint64_t hash = sa_table_hash_flow(table->part.head->seed, &flow);
		struct sa_entry *other;
		int error = -EEXIST;

		sa_table_find_selectors(table, &flow, 1, &other);
		if (!other)
			error = sa_index_insert(
				&table->outbound, hash, sa_table_flow_tag(hash), number);
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
	struct sa_entry *other;

	sa_table_find_inbound(table, &entry->spi, 1, &other);
	if (other)
		return -EEXIST;
	return sa_index_insert(&table->inbound,
		sa_table_hash_spi(table->part.head->seed, entry->spi), entry->spi,
		(uint32_t)(entry - table->part.entries));
}

static int link_entry(struct sa_table *table, const struct sa_entry *entry)
{
	return entry->direction == SA_INBOUND ? link_inbound(table, entry)
					      : link_outbound(table, entry);
}

void sa_table_attach(struct sa_table *table, struct sa_memory_part part)
{
	*table = (struct sa_table){
		.part = part,
		.inbound = {.buckets = part.inbound, .count = part.inbound_buckets},
		.outbound = {.buckets = part.outbound, .count = part.outbound_buckets},
	};
	memset(part.inbound, 0, (size_t)part.inbound_buckets * sizeof(*part.inbound));
	memset(part.outbound, 0, (size_t)part.outbound_buckets * sizeof(*part.outbound));
	part.head->used = 0;
	part.head->first_free = 0;
	for (uint32_t i = part.capacity; i-- > 0;) {
		struct sa_entry *entry = &part.entries[i];

		if (entry->state == SA_ENTRY_LIVE && link_entry(table, entry) == 0) {
			part.head->used++;
			continue;
		}
		entry->state = SA_ENTRY_FREE;
		push_free(table, entry);
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
}

static void empty_entry(struct sa_table *table, struct sa_entry *entry)
{
	__atomic_store_n(&entry->state, SA_ENTRY_FREE, __ATOMIC_RELEASE);
	secret_wipe_bytes(entry->inner, sizeof(entry->inner));
	secret_wipe_bytes(entry->outer, sizeof(entry->outer));
	push_free(table, entry);
}

int sa_table_add(struct sa_table *table, const struct sa_parameters *parameters,
	uint8_t states[2][SA_HASH_STATE_LEN], uint64_t *handle)
{
	struct sa_table_head *head = table->part.head;
	struct sa_entry *entry;
	int error;

	if (sa_parameters_check(parameters))
		return -EINVAL;
	if (parameters->replay_window > SA_WINDOW_IN_ENTRY &&
		parameters->replay_window > table->part.window_words * 64)
		return -EINVAL;
	if (head->first_free == 0)
		return -ENOSPC;
	entry = &table->part.entries[head->first_free - 1];
	head->first_free = entry->next_free;
	fill_entry(entry, parameters, states);
	if (entry->replay_window > SA_WINDOW_IN_ENTRY)
		memset(sa_table_window(table, entry), 0,
			table->part.window_words * sizeof(uint64_t));
	error = link_entry(table, entry);
	if (error) {
		empty_entry(table, entry);
		return error;
	}
	/* From here on a successor would find it: all of it is there. */
	__atomic_store_n(&entry->state, SA_ENTRY_LIVE, __ATOMIC_RELEASE);
	head->used++;
	*handle = sa_table_handle(table, entry);
	return 0;
}

int sa_table_find_same(const struct sa_table *table, const struct sa_parameters *parameters,
	uint8_t states[2][SA_HASH_STATE_LEN], uint64_t *handle)
{
	struct sa_entry wanted = {.port_pairs = 0}, *found;
	struct sa_flow flow;

	fill_entry(&wanted, parameters, states);
	flow = flow_of(&wanted, 0);
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

static void delete_entry(struct sa_table *table, struct sa_entry *entry)
{
	if (entry->direction == SA_INBOUND)
		sa_index_remove(&table->inbound,
			sa_table_hash_spi(table->part.head->seed, entry->spi), entry->spi,
			(uint32_t)(entry - table->part.entries));
	else
		unlink_pairs(table, entry, entry->port_pairs);
	empty_entry(table, entry);
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

static void touch(const void *memory)
{
	__asm__ volatile("" : : "r"(*(const volatile uint8_t *)memory));
}

static void touch_bucket(const struct sa_index *index, uint64_t hash)
{
	touch(&index->buckets[sa_index_home(index, hash)]);
}

static void touch_links(const struct sa_table *table, const struct sa_entry *entry)
{
	const uint64_t *seed = table->part.head->seed;

	if (entry->direction == SA_INBOUND) {
		touch_bucket(&table->inbound, sa_table_hash_spi(seed, entry->spi));
		return;
	}
	for (unsigned i = 0; i < entry->port_pairs && i < SA_PORT_PAIRS; i++) {
		struct sa_flow flow = flow_of(entry, i);

		touch_bucket(&table->outbound, sa_table_hash_flow(seed, &flow));
	}
}

void sa_table_touch_add(const struct sa_table *table, const struct sa_parameters *parameters)
{
	struct sa_entry wanted;

	fill_names(&wanted, parameters);
	touch_links(table, &wanted);
}

void sa_table_touch_entry(const struct sa_table *table, uint64_t handle)
{
	uint32_t place = sa_handle_place(handle);

	if (place >= table->part.capacity)
		return;
	touch(&table->part.entries[place]);
	touch(&table->part.entries[place].local);
}

void sa_table_touch_delete(const struct sa_table *table, uint64_t handle)
{
	const struct sa_entry *entry = sa_table_get(table, handle);

	if (entry)
		touch_links(table, entry);
}

int sa_table_delete(struct sa_table *table, uint64_t handle)
{
	if (!sa_table_get(table, handle))
		return -ENOENT;
	delete_entry(table, &table->part.entries[sa_handle_place(handle)]);
	return 0;
}

uint32_t sa_table_flush(struct sa_table *table, uint32_t from, uint32_t max, uint32_t *deleted)
{
	uint32_t left = table->part.capacity - from, end = from + (left < max ? left : max);

	*deleted = 0;
	for (uint32_t i = from; i < end; i++) {
		if (table->part.entries[i].state == SA_ENTRY_LIVE) {
			delete_entry(table, &table->part.entries[i]);
			(*deleted)++;
		}
	}
	return end;
}
