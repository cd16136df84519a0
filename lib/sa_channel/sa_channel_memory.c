/* SPDX-License-Identifier: BSD-3-Clause */
/* Each plane maps what the supervisor made. Nothing here or in sa_channel.c needs a DPDK library:
 * the control plane has none. */
#include "sa_channel_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_ring.h>

#define MAGIC       0x50435343u /* "PCSC" */
#define VERSION     4
#define PAGE        4096
#define STATE_AT    2048 /* octets into the header's page */
#define WORKERS_MAX 64
#define RING_MIN    2
#define RING_MAX    (1u << 20)

_Static_assert(sizeof(struct sa_channel_header) <= STATE_AT, "the state is behind the header");
_Static_assert(sizeof(struct sa_command) % 4 == 0, "rte_ring_elem takes multiples of 4");
_Static_assert(sizeof(struct sa_event) % 4 == 0, "rte_ring_elem takes multiples of 4");

static size_t round_up(size_t len)
{
	return (len + PAGE - 1) & ~(size_t)(PAGE - 1);
}

static bool ring_size_ok(uint32_t count)
{
	return count >= RING_MIN && count <= RING_MAX && (count & (count - 1)) == 0;
}

/* rte_ring keeps one slot empty: a ring for count elements has 2 * count slots. */
static size_t ring_len(uint32_t element_len, uint32_t count)
{
	return round_up(sizeof(struct rte_ring) + (size_t)element_len * count * 2);
}

int sa_channel_layout(const struct sa_channel_size *size, struct sa_channel_layout *out)
{
	if (size->workers == 0 || size->workers > WORKERS_MAX || !ring_size_ok(size->commands) ||
		!ring_size_ok(size->events) || size->events < size->commands)
		return -EINVAL;
	out->commands = PAGE;
	out->events = out->commands + ring_len(sizeof(struct sa_command), size->commands);
	out->counters = out->events + ring_len(sizeof(struct sa_event), size->events);
	out->worker_stride =
		out->counters + round_up(sizeof(struct worker_counters)) - out->commands;
	out->total = PAGE + out->worker_stride * size->workers;
	return 0;
}

static void *part(const struct sa_channel *channel, size_t offset, uint32_t worker)
{
	return channel->memory + offset + channel->layout.worker_stride * worker;
}

struct sa_channel_state *sa_channel_state(const struct sa_channel *channel)
{
	return (struct sa_channel_state *)(channel->memory + STATE_AT);
}

struct rte_ring *sa_channel_command_ring(const struct sa_channel *channel, uint32_t worker)
{
	return part(channel, channel->layout.commands, worker);
}

struct rte_ring *sa_channel_event_ring(const struct sa_channel *channel, uint32_t worker)
{
	return part(channel, channel->layout.events, worker);
}

struct worker_counters *sa_channel_counters(struct sa_channel *channel, uint32_t worker)
{
	return part(channel, channel->layout.counters, worker);
}

uint32_t sa_channel_workers(const struct sa_channel *channel)
{
	return channel->size.workers;
}

struct sa_channel_header sa_channel_header_of(const struct sa_channel_size *size)
{
	return (struct sa_channel_header){
		.magic = MAGIC,
		.version = VERSION,
		.size = *size,
		.command_len = sizeof(struct sa_command),
		.event_len = sizeof(struct sa_event),
		.counters_len = sizeof(struct worker_counters),
	};
}

int sa_channel_map_memory(int fd, size_t len, uint8_t **out)
{
	void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	if (madvise(memory, len, MADV_DONTDUMP) < 0) {
		int error = -errno;

		munmap(memory, len);
		return error;
	}
	*out = memory;
	return 0;
}

int sa_channel_map(int fd, struct sa_channel **out)
{
	struct sa_channel *channel;
	struct sa_channel_header header, expected;
	struct stat status;
	int error;

	if (fstat(fd, &status) < 0)
		return -errno;
	if (pread(fd, &header, sizeof(header), 0) != (ssize_t)sizeof(header))
		return -EPROTO;
	channel = calloc(1, sizeof(*channel));
	if (!channel)
		return -ENOMEM;
	channel->size = header.size;
	expected = sa_channel_header_of(&header.size);
	error = -EPROTO;
	if (memcmp(&header, &expected, sizeof(header)) != 0 ||
		sa_channel_layout(&header.size, &channel->layout) != 0 ||
		(size_t)status.st_size != channel->layout.total)
		goto free_channel;
	error = sa_channel_map_memory(fd, channel->layout.total, &channel->memory);
	if (error)
		goto free_channel;
	*out = channel;
	return 0;

free_channel:
	free(channel);
	return error;
}

void sa_channel_unmap(struct sa_channel *channel)
{
	if (!channel)
		return;
	munmap(channel->memory, channel->layout.total);
	free(channel);
}
