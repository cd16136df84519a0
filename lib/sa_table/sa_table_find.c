/* SPDX-License-Identifier: BSD-3-Clause */
/* From a burst of keys to SAs. By the index: hash all and fetch their buckets, then read all
 * buckets and fetch the entries, then compare. Memory answers the packets of a burst in parallel.
 */
#include "sa_table.h"

#include <string.h>

#include "sa_table_hash.h"

#define STAGE 128 /* keys looked up together: no burst has more */

static void prefetch_entry(const struct sa_entry *entry)
{
	__builtin_prefetch(entry, 1);
	__builtin_prefetch((const uint8_t *)entry + 64, 1);
}

static void prefetch_home(const struct sa_index *index, uint32_t tag)
{
	__builtin_prefetch(&index->buckets[sa_index_home(index, tag)]);
}

/* out[i] NULL: to be found by the index. */
static __attribute__((noinline)) unsigned find_elsewhere(
	const struct sa_table *table, const uint32_t *spis, unsigned count, struct sa_entry **out)
{
	uint32_t tag[STAGE];
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++) {
		if (out[i])
			continue;
		tag[i] = sa_table_tag_spi(table->part.head->seed, spis[i]);
		prefetch_home(&table->inbound, tag[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		struct sa_index_walk walk;
		uint32_t number;

		if (out[i])
			continue;
		number = sa_index_first(&table->inbound, tag[i], &walk);
		while (number != SA_INDEX_NONE &&
			!sa_table_is_inbound(&table->part.entries[number], spis[i]))
			number = sa_index_next(&table->inbound, &walk);
		if (number == SA_INDEX_NONE)
			continue;
		out[i] = &table->part.entries[number];
		found++;
	}
	return found;
}

static unsigned find_inbound(
	const struct sa_table *table, const uint32_t *spis, unsigned count, struct sa_entry **out)
{
	unsigned found = 0;

	for (unsigned i = 0; i < count; i++) {
		out[i] = sa_table_home(table, spis[i]);
		prefetch_entry(out[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		bool here = sa_table_is_inbound(out[i], spis[i]);

		out[i] = here ? out[i] : NULL;
		found += here;
	}
	if (found < count && table->elsewhere > 0)
		found += find_elsewhere(table, spis, count, out);
	return found;
}

static bool addresses_are(const struct sa_entry *entry, const struct sa_flow *flow)
{
	if (flow->family == NET_IPV4)
		return memcmp(entry->local, flow->local, 4) == 0 &&
		       memcmp(entry->remote, flow->remote, 4) == 0;
	return memcmp(entry->local, flow->local, 16) == 0 &&
	       memcmp(entry->remote, flow->remote, 16) == 0;
}

static bool flow_is(const struct sa_entry *entry, const struct sa_flow *flow)
{
	if (entry->family != flow->family || !addresses_are(entry, flow))
		return false;
	for (unsigned i = 0; i < entry->port_pairs; i++)
		if (memcmp(&entry->ports[i], &flow->ports, sizeof(flow->ports)) == 0)
			return true;
	return false;
}

/* Several flows have this tag. */
static __attribute__((noinline)) struct sa_entry *find_behind(
	const struct sa_table *table, const struct sa_flow *flow, uint32_t tag)
{
	struct sa_index_walk walk;
	uint32_t number = sa_index_first(&table->outbound, tag, &walk);

	while (number != SA_INDEX_NONE && !flow_is(&table->part.entries[number], flow))
		number = sa_index_next(&table->outbound, &walk);
	return number == SA_INDEX_NONE ? NULL : &table->part.entries[number];
}

static void find_selectors(const struct sa_table *table, const struct sa_flow *flows,
	unsigned count, struct sa_entry **out)
{
	uint32_t tag[STAGE];

	for (unsigned i = 0; i < count; i++) {
		tag[i] = sa_table_tag_flow(table->part.head->seed, &flows[i]);
		prefetch_home(&table->outbound, tag[i]);
	}
	for (unsigned i = 0; i < count; i++) {
		struct sa_index_walk walk;
		uint32_t number = sa_index_first(&table->outbound, tag[i], &walk);

		out[i] = NULL;
		if (number == SA_INDEX_NONE)
			continue;
		out[i] = &table->part.entries[number];
		prefetch_entry(out[i]);
	}
	for (unsigned i = 0; i < count; i++)
		if (out[i] && !flow_is(out[i], &flows[i]))
			out[i] = find_behind(table, &flows[i], tag[i]);
}

/* What no pair of ports takes, an SA for any port might. */
static __attribute__((noinline)) void find_any_port(const struct sa_table *table,
	const struct sa_flow *flows, unsigned count, struct sa_entry **out)
{
	static const struct sa_port_pair masks[SA_TABLE_ANY_KINDS] = {
		{0xffff, 0}, {0, 0xffff}, {0, 0}};
	struct sa_flow wider[STAGE];
	struct sa_entry *found[STAGE];
	unsigned place[STAGE];

	for (unsigned kind = 0; kind < SA_TABLE_ANY_KINDS; kind++) {
		unsigned missing = 0;

		if (table->any_port[kind] == 0)
			continue;
		for (unsigned i = 0; i < count; i++) {
			if (out[i])
				continue;
			place[missing] = i;
			wider[missing] = flows[i];
			wider[missing].ports.local &= masks[kind].local;
			wider[missing++].ports.remote &= masks[kind].remote;
		}
		find_selectors(table, wider, missing, found);
		for (unsigned i = 0; i < missing; i++)
			out[place[i]] = found[i];
	}
}

static void find_outbound(const struct sa_table *table, const struct sa_flow *flows, unsigned count,
	struct sa_entry **out)
{
	find_selectors(table, flows, count, out);
	if (table->any_port[0] | table->any_port[1] | table->any_port[2])
		find_any_port(table, flows, count, out);
}

unsigned sa_table_find_inbound(
	const struct sa_table *table, const uint32_t *spis, unsigned count, struct sa_entry **out)
{
	unsigned found = 0;

	for (unsigned from = 0; from < count; from += STAGE)
		found += find_inbound(table, spis + from,
			count - from < STAGE ? count - from : STAGE, out + from);
	return found;
}

void sa_table_find_outbound(const struct sa_table *table, const struct sa_flow *flows,
	unsigned count, struct sa_entry **out)
{
	for (unsigned from = 0; from < count; from += STAGE)
		find_outbound(table, flows + from, count - from < STAGE ? count - from : STAGE,
			out + from);
}

void sa_table_find_selectors(const struct sa_table *table, const struct sa_flow *flows,
	unsigned count, struct sa_entry **out)
{
	for (unsigned from = 0; from < count; from += STAGE)
		find_selectors(table, flows + from, count - from < STAGE ? count - from : STAGE,
			out + from);
}
