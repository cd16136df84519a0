/* SPDX-License-Identifier: BSD-3-Clause */
/* Beside the rings: what the data plane's main thread knows of its ports, for the operator. */
#include "sa_channel_memory.h"

const char *sa_channel_side_name(enum sa_channel_side side)
{
	return side == SA_CHANNEL_OUTSIDE ? "outside" : "inside";
}

const char *sa_channel_link_name(enum sa_channel_link link)
{
	switch (link) {
	case SA_CHANNEL_LINK_UP:
		return "up";
	case SA_CHANNEL_LINK_DOWN:
		return "down";
	default:
		return "unknown";
	}
}

void sa_channel_set_link(
	struct sa_channel *channel, enum sa_channel_side side, enum sa_channel_link link)
{
	__atomic_store_n(&sa_channel_state(channel)->links[side], (uint32_t)link, __ATOMIC_RELAXED);
}

enum sa_channel_link sa_channel_link(const struct sa_channel *channel, enum sa_channel_side side)
{
	return (enum sa_channel_link)__atomic_load_n(
		&sa_channel_state(channel)->links[side], __ATOMIC_RELAXED);
}
