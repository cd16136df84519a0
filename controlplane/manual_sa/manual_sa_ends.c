/* SPDX-License-Identifier: BSD-3-Clause */
#include "manual_sa_ends.h"

#include <errno.h>
#include <string.h>

#include "table.h"

static uint32_t tag_of(
	const struct net_address *local, const struct net_address *remote, uint16_t remote_port)
{
	struct {
		uint8_t local[sizeof(local->bytes)], remote[sizeof(remote->bytes)];
		uint16_t port;
	} key = {.port = remote_port};

	_Static_assert(sizeof(key) == 2 * sizeof(local->bytes) + 2, "a key has no padding");
	memcpy(key.local, local->bytes, sizeof(key.local));
	memcpy(key.remote, remote->bytes, sizeof(key.remote));
	return sa_index_tag(table_hash(&key, sizeof(key)));
}

static uint32_t tag_of_sa(const struct manual_sa *sa)
{
	return tag_of(&sa->local, &sa->remote, sa->ports.remote);
}

static struct manual_sa *first_of(const struct manual_sa_table *table,
	const struct net_address *local, const struct net_address *remote, uint16_t port)
{
	struct sa_index_walk walk;
	uint32_t place = sa_index_first(&table->by_end, tag_of(local, remote, port), &walk);

	for (; place != SA_INDEX_NONE; place = sa_index_next(&table->by_end, &walk)) {
		struct manual_sa *sa = &table->places[place];

		if (sa->ports.remote == port && net_address_equal(&sa->local, local) &&
			net_address_equal(&sa->remote, remote))
			return sa;
	}
	return NULL;
}

static uint32_t place_of(const struct manual_sa_table *table, const struct manual_sa *sa)
{
	return (uint32_t)(sa - table->places);
}

int manual_sa_ends_add(struct manual_sa_table *table, struct manual_sa *sa)
{
	struct manual_sa *first = first_of(table, &sa->local, &sa->remote, sa->ports.remote);
	uint32_t place = place_of(table, sa);

	sa->next_of_end = sa->previous_of_end = 0;
	if (!first)
		return sa_index_insert(&table->by_end, tag_of_sa(sa), place);
	sa->next_of_end = first->next_of_end;
	sa->previous_of_end = place_of(table, first) + 1;
	if (sa->next_of_end)
		table->places[sa->next_of_end - 1].previous_of_end = place + 1;
	first->next_of_end = place + 1;
	return 0;
}

void manual_sa_ends_remove(struct manual_sa_table *table, struct manual_sa *sa)
{
	uint32_t next = sa->next_of_end, previous = sa->previous_of_end;

	if (next)
		table->places[next - 1].previous_of_end = previous;
	if (previous) {
		table->places[previous - 1].next_of_end = next;
		return;
	}
	if (next)
		sa_index_replace(&table->by_end, tag_of_sa(sa), place_of(table, sa), next - 1);
	else
		sa_index_remove(&table->by_end, tag_of_sa(sa), place_of(table, sa));
}

const struct manual_sa *manual_sa_ends_find(const struct manual_sa_table *table,
	const struct net_address *local, const struct net_endpoint *remote)
{
	return first_of(table, local, &remote->address, remote->port);
}
