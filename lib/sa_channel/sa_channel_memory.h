/* SPDX-License-Identifier: BSD-3-Clause */
/* How the channel lies in its shared memory: a header page, then per worker a ring of commands,
 * a ring of events and the counters. Only lib/sa_channel sees this. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sa_channel.h"

struct rte_ring;

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

/* 0, or -EINVAL where a size is out of range or no power of two. */
int sa_channel_layout(const struct sa_channel_size *size, struct sa_channel_layout *out)
	__attribute__((warn_unused_result));

struct rte_ring *sa_channel_command_ring(const struct sa_channel *channel, uint32_t worker);
struct rte_ring *sa_channel_event_ring(const struct sa_channel *channel, uint32_t worker);
