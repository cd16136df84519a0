/* SPDX-License-Identifier: BSD-3-Clause */
/* Made before the ports are opened, which put the packets' buffers into their queues. */
#include "buffers.h"

#include <errno.h>

#include <rte_mbuf.h>

#include "burst.h"
#include "flat.h"
#include "hand_over.h"
#include "log.h"
#include "packet_pool.h"
#include "port_mtu.h"
#include "wire.h"

#define PACKETS       8191 /* per worker: small, so that it stays in the caches */
#define PACKETS_CACHE 256
/* What an af_packet port receives into. The other side's queue may keep as many as it has
 * descriptors until more come to be sent, and beside them there must be a burst to receive, and one
 * that grows (flat_make), for each worker, or nothing is received again. 64 MiB, and 48 MiB for
 * each further worker. */
#define LARGE            1023
#define LARGE_PER_WORKER (BUFFERS_QUEUE + 2 * BURST_MAX)

/* NICs are told of their buffers in steps of that. */
#define STEP 1024u

/* Around the largest packet of the port: Ethernet and its tags, the frame's check sum, which some
 * NICs deliver, and what ESP adds. */
#define AROUND (WIRE_ETHER_LEN + WIRE_TAGS_MAX * WIRE_TAG_LEN + 4 + FLAT_TAILROOM)

static struct rte_mempool *make_pool(const struct config_dataplane *config, const char *name,
	unsigned count, unsigned cache, uint16_t len)
{
	bool dma =
		config->outside.kind == CONFIG_PORT_PCI || config->inside.kind == CONFIG_PORT_PCI;
	struct rte_mempool *pool = packet_pool_create(name, count, cache, len, dma);

	if (!pool)
		log_error("no memory for %u packet buffers of %u octets in %u MiB: raise "
			  "/dataplane/memory_mb",
			count, len, config->memory_mb);
	return pool;
}

/* A frame lies in one buffer: what the passes read is one piece then, and no copy is made of it. */
static uint16_t packet_room(uint16_t mtu)
{
	unsigned room = RTE_ALIGN_CEIL(mtu + AROUND, STEP);

	return (uint16_t)(RTE_PKTMBUF_HEADROOM + RTE_MAX(room, 2 * STEP));
}

/* What may lie in the rings between workers at the same time. */
static unsigned in_rings(unsigned workers)
{
	return workers * (workers - 1) * PATH_SIDES * HAND_OVER_RING;
}

int buffers_open(const struct config_dataplane *config, struct buffers *out)
{
	unsigned workers = (unsigned)config->worker_count;
	uint16_t outside, inside;
	int error = port_mtu(&config->outside, "outside", &outside);

	if (!error)
		error = port_mtu(&config->inside, "inside", &inside);
	if (error)
		return error;
	out->packets = make_pool(config, "packets", PACKETS * workers + in_rings(workers),
		PACKETS_CACHE, packet_room(RTE_MAX(outside, inside)));
	if (!out->packets)
		return -ENOMEM;
	out->large = make_pool(
		config, "large", LARGE + LARGE_PER_WORKER * (workers - 1), 0, FLAT_BUFFER_LEN);
	return out->large ? 0 : -ENOMEM;
}
