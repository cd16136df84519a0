/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane's ends of the rings: commands go down, events come up. */
#include "sa_channel.h"

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "sa_channel_memory.h"

/* A process that died between moving its head and its tail left them apart: what it had begun to
 * send was never seen, what it had begun to receive is received again. */
void sa_channel_resume_control(struct sa_channel *channel)
{
	struct sa_channel_state *state = sa_channel_state(channel);

	for (uint32_t w = 0; w < channel->size.workers; w++) {
		struct rte_ring *commands = sa_channel_command_ring(channel, w);
		struct rte_ring *events = sa_channel_event_ring(channel, w);

		commands->prod.head = commands->prod.tail;
		events->cons.head = events->cons.tail;
	}
	state->epoch = (uint16_t)(state->epoch % UINT16_MAX + 1);
}

uint16_t sa_channel_epoch(const struct sa_channel *channel)
{
	return sa_channel_state(channel)->epoch;
}

uint64_t sa_channel_instance(const struct sa_channel *channel)
{
	return sa_channel_state(channel)->instance;
}

bool sa_channel_send_commands(struct sa_channel *channel, uint32_t worker,
	const struct sa_command *commands, unsigned count)
{
	return rte_ring_sp_enqueue_bulk_elem(sa_channel_command_ring(channel, worker), commands,
		       sizeof(*commands), count, NULL) == count;
}

unsigned sa_channel_receive_events(
	struct sa_channel *channel, uint32_t worker, struct sa_event *out, unsigned max)
{
	return rte_ring_sc_dequeue_burst_elem(
		sa_channel_event_ring(channel, worker), out, sizeof(*out), max, NULL);
}
