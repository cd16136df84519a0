/* SPDX-License-Identifier: BSD-3-Clause */
/* The SAs of one worker: how they come, are found, and go. All calls are the worker's own. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "sa.h"
#include "sa_entry.h"
#include "sa_handle.h"
#include "sa_home.h"
#include "sa_index.h"
#include "sa_memory.h"
#include "sa_places.h"

/* Which port of a pair is any one: the remote one, the local one, both. */
#define SA_TABLE_ANY_KINDS 3

struct sa_table {
	struct sa_memory_part part;
	struct sa_places places;
	unsigned home_bits;                    /* of an SPI: sa_home.h */
	uint32_t elsewhere;                    /* inbound SAs that are not in their home: */
	struct sa_index inbound;               /* of these alone, by SPI */
	struct sa_index outbound;              /* by flow: two port pairs, two keys */
	uint32_t any_port[SA_TABLE_ANY_KINDS]; /* outbound pairs with SA_PORT_ANY, by its place */
};

/* What names an outbound SA. Addresses in network order, IPv4 in the first 4 octets, and the others
 * are not looked at; ports in host order. */
struct sa_flow {
	uint8_t local[16], remote[16];
	struct sa_port_pair ports;
	uint32_t family; /* enum net_family */
};

_Static_assert(sizeof(struct sa_flow) == 40, "hashed without holes");

/* Ports and family as the one word that the hash reads a moment later: the CPU would hold it up
 * until several shorter ones have left for the cache. */
static inline void sa_flow_set_ports(
	struct sa_flow *flow, struct sa_port_pair ports, uint32_t family)
{
	uint64_t word = ports.local | (uint64_t)ports.remote << 16 | (uint64_t)family << 32;

	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ &&
			       offsetof(struct sa_flow, ports) == 32 &&
			       offsetof(struct sa_flow, family) == 36,
		"one word of the flow");
	memcpy(&flow->ports, &word, sizeof(word));
}

/* Takes the table over: the entries tell what lives, both indexes and the free places are built
 * anew from them, so that no moment in which a predecessor died leaves anything half done. Takes
 * about 0.2 s for a million SAs. */
void sa_table_attach(struct sa_table *table, struct sa_memory_part part);

/* states: inner, then outer. 0 and a handle that is never given again, -EINVAL (also a window
 * wider than the table's), -EEXIST (SPI or flow taken), -ENOSPC. */
int sa_table_add(struct sa_table *table, const struct sa_parameters *parameters,
	uint8_t states[2][SA_HASH_STATE_LEN], uint64_t *handle) __attribute__((warn_unused_result));

/* Where add has refused: 0 and the handle where what is there is this very SA, with this key; else
 * -EEXIST. */
int sa_table_find_same(const struct sa_table *table, const struct sa_parameters *parameters,
	uint8_t states[2][SA_HASH_STATE_LEN], uint64_t *handle) __attribute__((warn_unused_result));

/* The same: what has its SPI, or one of its flows. 0 and the handle, or -ENOENT. */
int sa_table_find_taken(const struct sa_table *table, const struct sa_parameters *parameters,
	uint64_t *handle) __attribute__((warn_unused_result));

/* 0, or -ENOENT where this SA is gone already. */
int sa_table_delete(struct sa_table *table, uint64_t handle) __attribute__((warn_unused_result));

/* Reads, and forgets, what an add or a delete of a moment later will touch. Several calls one after
 * the other have all of it on its way at the same time; prefetches in their place saved nothing
 * (they hold up what follows where the page is new to the TLB). Of a delete the entry comes first,
 * then, in a call behind those for all others, what is found by it. */
void sa_table_touch_add(const struct sa_table *table, const struct sa_parameters *parameters);
void sa_table_touch_entry(const struct sa_table *table, uint64_t handle);
void sa_table_touch_delete(const struct sa_table *table, uint64_t handle);

/* This SA, or NULL where it is gone already. */
const struct sa_entry *sa_table_get(const struct sa_table *table, uint64_t handle);

/* The control plane of this epoch (sa_channel_epoch) knows this SA: its flush passes it over. Its
 * use is told once more: a predecessor may not have lived to hear of it. 0, or -ENOENT where the SA
 * is gone already. */
int sa_table_keep(struct sa_table *table, uint64_t handle, uint16_t epoch)
	__attribute__((warn_unused_result));

/* Deletes what lives in places [from, from + max) and is not kept in this epoch (0: all). Returns
 * where to go on, or capacity at the end: a flush of a million SAs must not hold up packets.
 * deleted: how many were. */
uint32_t sa_table_flush(
	struct sa_table *table, uint32_t from, uint32_t max, uint16_t epoch, uint32_t *deleted);

/* out[i]: the SA of this SPI or flow, or NULL. Any count; staged, so that the memory of all
 * packets of a burst is fetched at the same time. Where several outbound SAs take a flow, it is the
 * one with both of its ports, then its local one, then its remote one. find_inbound returns how
 * many there are. */
unsigned sa_table_find_inbound(
	const struct sa_table *table, const uint32_t *spis, unsigned count, struct sa_entry **out);
void sa_table_find_outbound(const struct sa_table *table, const struct sa_flow *flows,
	unsigned count, struct sa_entry **out);

/* The same for a flow as it stands in an SA: SA_PORT_ANY is found by SA_PORT_ANY only. */
void sa_table_find_selectors(const struct sa_table *table, const struct sa_flow *flows,
	unsigned count, struct sa_entry **out);

/* The ring of bits of an inbound SA's replay window. */
static inline uint64_t *sa_table_window(const struct sa_table *table, struct sa_entry *entry)
{
	if (entry->replay_window <= SA_WINDOW_IN_ENTRY)
		return &entry->window;
	return table->part.windows +
	       (size_t)(entry - table->part.entries) * table->part.window_words;
}

static inline uint64_t sa_table_handle(const struct sa_table *table, const struct sa_entry *entry)
{
	return sa_handle(
		entry->generation, table->part.worker, (uint32_t)(entry - table->part.entries));
}
