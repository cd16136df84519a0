/* SPDX-License-Identifier: BSD-3-Clause */
/* A table in a memory of its own, and what stands in it. After cmocka.h. */
#pragma once

#include <string.h>
#include <unistd.h>

#include "sa_table.h"

#define CAPACITY 4096

struct fixture {
	int fd;
	struct sa_memory *memory;
	struct sa_table table;
};

static inline void open_table(struct fixture *fixture, uint32_t capacity, uint16_t window)
{
	const struct sa_memory_size size = {
		.workers = 2, .capacity = capacity, .replay_window = window};

	assert_int_equal(sa_memory_create(&size, &fixture->fd), 0);
	assert_int_equal(sa_memory_map(fixture->fd, &fixture->memory), 0);
	sa_table_attach(&fixture->table, sa_memory_part(fixture->memory, 1));
}

static inline void close_table(struct fixture *fixture)
{
	sa_memory_unmap(fixture->memory);
	close(fixture->fd);
}

static inline struct sa_parameters inbound(uint32_t spi)
{
	return (struct sa_parameters){.spi = spi,
		.direction = SA_INBOUND,
		.algorithm = SA_HMAC_SHA_1_96,
		.transports = SA_TRANSPORT_UDP,
		.port_pairs = 1,
		.replay_window = 64,
		.local = {.bytes = {203, 0, 113, 9}, .family = NET_IPV4},
		.remote = {.bytes = {198, 51, 100, 23}, .family = NET_IPV4},
		.ports = {{6100, 5062}}};
}

/* A UE of its own for each number. */
static inline struct sa_parameters outbound(uint32_t number)
{
	struct sa_parameters sa = inbound(1000 + number);

	sa.direction = SA_OUTBOUND;
	sa.replay_window = 0;
	memcpy(sa.remote.bytes, &number, sizeof(number));
	return sa;
}

static inline struct sa_flow flow_of(const struct sa_parameters *sa, unsigned pair)
{
	struct sa_flow flow = {.ports = sa->ports[pair], .family = sa->local.family};

	memcpy(flow.local, sa->local.bytes, 16);
	memcpy(flow.remote, sa->remote.bytes, 16);
	return flow;
}

static inline int add(struct fixture *fixture, const struct sa_parameters *sa, uint64_t *handle)
{
	uint8_t states[2][SA_HASH_STATE_LEN];

	memset(states[0], 0x11, sizeof(states[0]));
	memset(states[1], 0x22, sizeof(states[1]));
	return sa_table_add(&fixture->table, sa, states, handle);
}

static inline struct sa_entry *find_spi(struct fixture *fixture, uint32_t spi)
{
	struct sa_entry *found;

	sa_table_find_inbound(&fixture->table, &spi, 1, &found);
	return found;
}

static inline struct sa_entry *find_flow(struct fixture *fixture, struct sa_flow flow)
{
	struct sa_entry *found;

	sa_table_find_outbound(&fixture->table, &flow, 1, &found);
	return found;
}

static inline uint32_t place_of(struct fixture *fixture, uint32_t spi)
{
	return (uint32_t)(find_spi(fixture, spi) - fixture->table.part.entries);
}
