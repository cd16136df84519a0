/* SPDX-License-Identifier: BSD-3-Clause */
/* What commands will need is read ahead of them. */
#include "sa_table.h"
#include "sa_table_hash.h"

static void touch(const void *memory)
{
	__asm__ volatile("" : : "r"(*(const volatile uint8_t *)memory));
}

static void touch_entry(const struct sa_entry *entry)
{
	touch(entry);
	touch(entry->local);
}

static void touch_bucket(const struct sa_index *index, uint32_t tag)
{
	touch(&index->buckets[sa_index_home(index, tag)]);
}

static void touch_inbound(const struct sa_table *table, uint32_t spi)
{
	touch_bucket(&table->inbound, sa_table_tag_spi(table->part.head->seed, spi));
}

static void touch_outbound(const struct sa_table *table, const struct sa_flow *flow)
{
	touch_bucket(&table->outbound, sa_table_tag_flow(table->part.head->seed, flow));
}

void sa_table_touch_add(const struct sa_table *table, const struct sa_parameters *parameters)
{
	if (parameters->direction == SA_INBOUND) {
		touch_entry(sa_table_home(table, parameters->spi));
		if (table->elsewhere > 0)
			touch_inbound(table, parameters->spi);
		return;
	}
	for (unsigned i = 0; i < parameters->port_pairs && i < SA_PORT_PAIRS; i++) {
		struct sa_flow flow;

		sa_flow_set_ports(&flow, parameters->ports[i], parameters->local.family);
		memcpy(flow.local, parameters->local.bytes, sizeof(flow.local));
		memcpy(flow.remote, parameters->remote.bytes, sizeof(flow.remote));
		touch_outbound(table, &flow);
	}
}

void sa_table_touch_entry(const struct sa_table *table, uint64_t handle)
{
	uint32_t place = sa_handle_place(handle);

	if (place < table->part.capacity)
		touch_entry(&table->part.entries[place]);
}

void sa_table_touch_delete(const struct sa_table *table, uint64_t handle)
{
	const struct sa_entry *entry = sa_table_get(table, handle);

	if (!entry)
		return;
	if (entry->direction == SA_INBOUND) {
		if (entry != sa_table_home(table, entry->spi))
			touch_inbound(table, entry->spi);
		return;
	}
	for (unsigned i = 0; i < entry->port_pairs; i++) {
		struct sa_flow flow = sa_table_flow_of(entry, i);

		touch_outbound(table, &flow);
	}
}
