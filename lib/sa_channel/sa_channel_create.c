/* SPDX-License-Identifier: BSD-3-Clause */
/* The supervisor makes the memory, once. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "random.h"
#include "sa_channel_memory.h"

/* One producer and one consumer each; exactly the capacity that was asked for. */
static int init_rings(struct sa_channel *channel)
{
	const unsigned flags = RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ;

	if (rte_ring_get_memsize_elem(sizeof(struct sa_command), channel->size.commands * 2) >
			(ssize_t)(channel->layout.events - channel->layout.commands) ||
		rte_ring_get_memsize_elem(sizeof(struct sa_event), channel->size.events * 2) >
			(ssize_t)(channel->layout.counters - channel->layout.events))
		return -EINVAL; /* can not be: the layout reckons as DPDK does */
	for (uint32_t w = 0; w < channel->size.workers; w++) {
		if (rte_ring_init(sa_channel_command_ring(channel, w), "sa_commands",
			    channel->size.commands, flags) < 0 ||
			rte_ring_init(sa_channel_event_ring(channel, w), "sa_events",
				channel->size.events, flags) < 0)
			return -EINVAL;
	}
	return 0;
}

int sa_channel_create(const struct sa_channel_size *size, int *fd)
{
	const struct sa_channel_header header = sa_channel_header_of(size);
	const struct random random = random_system();
	struct sa_channel channel = {.size = *size};
	int memory_fd, error = sa_channel_layout(size, &channel.layout);

	if (error)
		return error;
	memory_fd = memfd_create("portcullis-sa-channel", MFD_ALLOW_SEALING);
	if (memory_fd < 0)
		return -errno;
	if (ftruncate(memory_fd, (off_t)channel.layout.total) < 0) {
		error = -errno;
		goto close_fd;
	}
	error = sa_channel_map_memory(memory_fd, channel.layout.total, &channel.memory);
	if (error)
		goto close_fd;
	error = init_rings(&channel);
	random_fill(&random, &sa_channel_state(&channel)->instance, sizeof(uint64_t));
	memcpy(channel.memory, &header, sizeof(header));
	munmap(channel.memory, channel.layout.total);
	if (error)
		goto close_fd;
	/* Neither plane may pull the memory from under the other's feet. */
	if (fcntl(memory_fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
		error = -errno;
		goto close_fd;
	}
	*fd = memory_fd;
	return 0;

close_fd:
	close(memory_fd);
	return error;
}
