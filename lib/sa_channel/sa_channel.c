/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands down, events up: between the control plane's thread and each worker. */
#include "sa_channel.h"

#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "sa_channel_memory.h"
#include "secret.h"

/* A process that died between moving its head and its tail left them apart: what it had begun to
 * send was never seen, what it had begun to receive is received again. */
void sa_channel_resume_control(struct sa_channel *channel)
{
	for (uint32_t w = 0; w < channel->size.workers; w++) {
		struct rte_ring *commands = sa_channel_command_ring(channel, w);
		struct rte_ring *events = sa_channel_event_ring(channel, w);

		commands->prod.head = commands->prod.tail;
		events->cons.head = events->cons.tail;
	}
}

void sa_channel_resume_worker(struct sa_channel *channel, uint32_t worker)
{
	struct rte_ring *commands = sa_channel_command_ring(channel, worker);
	struct rte_ring *events = sa_channel_event_ring(channel, worker);

	commands->cons.head = commands->cons.tail;
	events->prod.head = events->prod.tail;
}

/* Both planes can write the ring, and one of them faces hostile input: what says how far the ring
 * reaches must still be what was made, or the worker does not touch it. */
static bool is_sound(const struct rte_ring *ring, uint32_t count)
{
	return ring->size == count * 2 && ring->mask == count * 2 - 1 && ring->capacity == count &&
	       ring->prod.sync_type == RTE_RING_SYNC_ST && ring->cons.sync_type == RTE_RING_SYNC_ST;
}

bool sa_channel_send_commands(struct sa_channel *channel, uint32_t worker,
	const struct sa_command *commands, unsigned count)
{
	return rte_ring_sp_enqueue_bulk_elem(sa_channel_command_ring(channel, worker), commands,
		       sizeof(*commands), count, NULL) == count;
}

unsigned sa_channel_receive_commands(
	struct sa_channel *channel, uint32_t worker, struct sa_command *out, unsigned max)
{
	struct rte_ring *ring = sa_channel_command_ring(channel, worker);
	struct rte_ring_zc_data slots;
	unsigned count;

	if (!is_sound(ring, channel->size.commands))
		return 0;
	if (max > channel->size.commands)
		max = channel->size.commands; /* whatever the indexes claim to be there */
	count = rte_ring_dequeue_zc_burst_elem_start(ring, sizeof(*out), max, &slots, NULL);
	if (count == 0)
		return 0;
	memcpy(out, slots.ptr1, slots.n1 * sizeof(*out));
	/* The slots are still ours: no key stays behind when the tail passes them. */
	secret_wipe_bytes(slots.ptr1, slots.n1 * sizeof(*out));
	if (count > slots.n1) {
		memcpy(out + slots.n1, slots.ptr2, (count - slots.n1) * sizeof(*out));
		secret_wipe_bytes(slots.ptr2, (count - slots.n1) * sizeof(*out));
	}
	rte_ring_dequeue_zc_elem_finish(ring, count);
	return count;
}

unsigned sa_channel_event_room(const struct sa_channel *channel, uint32_t worker)
{
	const struct rte_ring *ring = sa_channel_event_ring(channel, worker);

	return is_sound(ring, channel->size.events) ? rte_ring_free_count(ring) : 0;
}

bool sa_channel_send_event(
	struct sa_channel *channel, uint32_t worker, const struct sa_event *event)
{
	struct rte_ring *ring = sa_channel_event_ring(channel, worker);

	return is_sound(ring, channel->size.events) &&
	       rte_ring_sp_enqueue_bulk_elem(ring, event, sizeof(*event), 1, NULL) == 1;
}

unsigned sa_channel_receive_events(
	struct sa_channel *channel, uint32_t worker, struct sa_event *out, unsigned max)
{
	return rte_ring_sc_dequeue_burst_elem(
		sa_channel_event_ring(channel, worker), out, sizeof(*out), max, NULL);
}
