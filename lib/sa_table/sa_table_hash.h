/* SPDX-License-Identifier: BSD-3-Clause */
/* How SAs are found: by the place that an SPI names, or by a hash of SPI or flow. Hashes are
 * seeded: UEs choose addresses and ports, labs choose SPIs, and none of them shall choose buckets.
 * Multiplication to 128 bits folded to 64 mixes every bit. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sa_table.h"

static inline uint64_t sa_table_hash_mix(uint64_t a, uint64_t b)
{
	uint64_t high;

	/* Of an __int128, GCC 12 puts each half into memory and fetches it again. */
	__asm__("mulq %2" : "+a"(a), "=d"(high) : "rm"(b) : "cc");
	return a ^ high;
}

/* The last product, of which the upper half is mixed best. */
static inline uint32_t sa_table_tag(uint64_t hash, uint64_t seed)
{
	return sa_index_tag((uint32_t)(sa_table_hash_mix(hash, seed) >> 32));
}

static inline uint32_t sa_table_tag_spi(const uint64_t seed[SA_SEED_WORDS], uint32_t spi)
{
	/* Twice: one product keeps too much of the order of SPIs that follow each other. */
	return sa_table_tag(sa_table_hash_mix(spi ^ seed[0], seed[1] | 1), seed[2] | 1);
}

static inline uint64_t sa_table_hash_addresses(
	const uint64_t seed[SA_SEED_WORDS], const struct sa_flow *flow)
{
	uint64_t words[4], hash;

	memcpy(words, flow, sizeof(words));
	hash = sa_table_hash_mix(words[0] ^ seed[0], words[1] ^ seed[1]);
	return sa_table_hash_mix(hash ^ words[2], words[3] ^ seed[2]);
}

/* IPv4: both addresses in one word, with nothing to be mixed yet. */
static inline uint64_t sa_table_addresses_ipv4(const struct sa_flow *flow)
{
	uint32_t local, remote;

	memcpy(&local, flow->local, sizeof(local));
	memcpy(&remote, flow->remote, sizeof(remote));
	return local | (uint64_t)remote << 32;
}

static inline uint32_t sa_table_tag_flow(
	const uint64_t seed[SA_SEED_WORDS], const struct sa_flow *flow)
{
	uint64_t addresses = flow->family == NET_IPV4 ? sa_table_addresses_ipv4(flow) ^ seed[0]
						      : sa_table_hash_addresses(seed, flow);
	uint64_t ports;

	memcpy(&ports, &flow->ports, sizeof(ports)); /* and the family */
	return sa_table_tag(sa_table_hash_mix(addresses, ports ^ seed[1]), seed[3] | 1);
}

/* What an outbound SA is found by. */
static inline struct sa_flow sa_table_flow_of(const struct sa_entry *entry, unsigned pair)
{
	struct sa_flow flow;

	sa_flow_set_ports(&flow, entry->ports[pair], entry->family);
	memcpy(flow.local, entry->local, sizeof(flow.local));
	memcpy(flow.remote, entry->remote, sizeof(flow.remote));
	return flow;
}

/* The entry in the home of this SPI, if it has one; else any one. */
static inline struct sa_entry *sa_table_home(const struct sa_table *table, uint32_t spi)
{
	uint32_t home = sa_home(spi, table->home_bits);

	return &table->part.entries[home < table->part.capacity ? home : 0];
}

/* The inbound SA of this SPI lives here. */
static inline bool sa_table_is_inbound(const struct sa_entry *entry, uint32_t spi)
{
	return entry->spi == spi && entry->replay_window != 0;
}
