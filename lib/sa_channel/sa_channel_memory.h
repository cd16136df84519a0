/* SPDX-License-Identifier: BSD-3-Clause */
/* How the channel lies in its shared memory: a header page, then per worker a ring of commands,
 * a ring of events and the counters. Only lib/sa_channel sees this. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sa_channel.h"

struct rte_ring;

/* At the start of the memory: a map of another build's is refused. */
struct sa_channel_header {
	uint32_t magic, version;
	struct sa_channel_size size;
	uint32_t command_len, event_len, counters_len; /* octets of each struct: same build? */
};

/* Offsets from the start of the memory; worker w's parts are w * worker_stride further. Derived
 * from the size alone, so that no process believes an offset that another one wrote. */
struct sa_channel_layout {
	size_t commands, events, counters;
	size_t worker_stride;
	size_t total;
};

struct sa_channel {
	uint8_t *memory;
	struct sa_channel_size size;
	struct sa_channel_layout layout;
};

/* Behind the header, in its page. */
struct sa_channel_state {
	uint64_t instance;
	uint32_t links[SA_CHANNEL_SIDES]; /* enum sa_channel_link */
	uint16_t epoch;                   /* of the control plane that came last; 0: none came */
};

struct sa_channel_state *sa_channel_state(const struct sa_channel *channel);

/* 0, or -EINVAL where a size is out of range or no power of two. */
int sa_channel_layout(const struct sa_channel_size *size, struct sa_channel_layout *out)
	__attribute__((warn_unused_result));

struct rte_ring *sa_channel_command_ring(const struct sa_channel *channel, uint32_t worker);
struct rte_ring *sa_channel_event_ring(const struct sa_channel *channel, uint32_t worker);

struct sa_channel_header sa_channel_header_of(const struct sa_channel_size *size);

/* Shared, and kept out of core files. 0, or -errno. */
int sa_channel_map_memory(int fd, size_t len, uint8_t **out) __attribute__((warn_unused_result));
