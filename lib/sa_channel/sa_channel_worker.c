/* SPDX-License-Identifier: BSD-3-Clause */
/* The worker's ends of the rings. Both planes can write a ring, and one of them faces hostile
 * input: what stands in a ring about its size is not believed, nor even read. The worker reckons
 * with the size that its process took over when it mapped the memory; of the ring it takes the two
 * positions, each once, and only where they leave as much between them as a ring can hold. */
#include "sa_channel.h"

#include <string.h>

#include <rte_ring.h>

#include "sa_channel_memory.h"
#include "secret.h"

/* Every place of a ring for count elements; it has twice as many as it may hold. */
static void *place(struct rte_ring *ring, uint32_t position, uint32_t count, size_t len)
{
	return (uint8_t *)(ring + 1) + (size_t)(position & (count * 2 - 1)) * len;
}

static struct sa_command *command_at(
	const struct sa_channel *channel, uint32_t worker, uint32_t position)
{
	return place(sa_channel_command_ring(channel, worker), position, channel->size.commands,
		sizeof(struct sa_command));
}

static struct sa_event *event_at(
	const struct sa_channel *channel, uint32_t worker, uint32_t position)
{
	return place(sa_channel_event_ring(channel, worker), position, channel->size.events,
		sizeof(struct sa_event));
}

/* The last word of the predecessor was the answer to this command: it died before it took the
 * command off the ring. */
static bool is_answered(
	const struct sa_channel *channel, uint32_t worker, const struct sa_command *command)
{
	uint32_t end = sa_channel_event_ring(channel, worker)->prod.tail;
	const struct sa_event *last = event_at(channel, worker, end - 1);

	return last->type == SA_EVENT_ACKNOWLEDGED && last->cookie != 0 &&
	       last->cookie == command->cookie;
}

void sa_channel_resume_worker(struct sa_channel *channel, uint32_t worker)
{
	struct rte_ring *commands = sa_channel_command_ring(channel, worker);
	struct rte_ring *events = sa_channel_event_ring(channel, worker);
	struct sa_command command;
	bool answered;

	commands->cons.head = commands->cons.tail;
	events->prod.head = events->prod.tail;
	if (!sa_channel_peek_command(channel, worker, &command))
		return;
	answered = is_answered(channel, worker, &command);
	secret_wipe_bytes(&command, sizeof(command));
	if (answered)
		sa_channel_consume_command(channel, worker);
}

/* How many wait behind the worker's own position. */
static unsigned filled_behind(const struct sa_channel *channel, uint32_t worker, uint32_t tail)
{
	const struct rte_ring *ring = sa_channel_command_ring(channel, worker);
	uint32_t filled = __atomic_load_n(&ring->prod.tail, __ATOMIC_ACQUIRE) - tail;

	return filled > channel->size.commands ? 0 : filled;
}

unsigned sa_channel_commands(const struct sa_channel *channel, uint32_t worker)
{
	return filled_behind(channel, worker, sa_channel_command_ring(channel, worker)->cons.tail);
}

unsigned sa_channel_peek_commands(
	const struct sa_channel *channel, uint32_t worker, struct sa_command *out, unsigned max)
{
	uint32_t tail = sa_channel_command_ring(channel, worker)->cons.tail;
	unsigned count = filled_behind(channel, worker, tail);

	count = count < max ? count : max;
	for (unsigned i = 0; i < count; i++)
		memcpy(&out[i], command_at(channel, worker, tail + i), sizeof(*out));
	return count;
}

void sa_channel_consume_command(struct sa_channel *channel, uint32_t worker)
{
	struct rte_ring *ring = sa_channel_command_ring(channel, worker);
	uint32_t at = ring->cons.tail;
	struct sa_command *command = command_at(channel, worker, at);

	/* The place is still ours: no key stays behind when the tail passes it. The cookie does,
	 * for a successor of who dies right here. */
	secret_wipe_bytes(command->parameters.key, sizeof(command->parameters.key));
	ring->cons.head = at + 1;
	__atomic_store_n(&ring->cons.tail, at + 1, __ATOMIC_RELEASE);
}

unsigned sa_channel_event_room(const struct sa_channel *channel, uint32_t worker)
{
	const struct rte_ring *ring = sa_channel_event_ring(channel, worker);
	uint32_t filled = ring->prod.tail - __atomic_load_n(&ring->cons.tail, __ATOMIC_ACQUIRE);

	return filled > channel->size.events ? 0 : channel->size.events - filled;
}

bool sa_channel_send_event(
	struct sa_channel *channel, uint32_t worker, const struct sa_event *event)
{
	struct rte_ring *ring = sa_channel_event_ring(channel, worker);
	uint32_t at = ring->prod.tail;

	if (sa_channel_event_room(channel, worker) == 0)
		return false;
	memcpy(event_at(channel, worker, at), event, sizeof(*event));
	ring->prod.head = at + 1;
	__atomic_store_n(&ring->prod.tail, at + 1, __ATOMIC_RELEASE);
	return true;
}
