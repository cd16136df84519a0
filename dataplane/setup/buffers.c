/* SPDX-License-Identifier: BSD-3-Clause */
/* Made before the ports are opened, which put the packets' buffers into their queues. */
#include "buffers.h"

#include <errno.h>

#include <rte_mbuf.h>

#include "flat.h"
#include "log.h"

#define PACKETS       8191 /* small, so that it stays in the caches */
#define PACKETS_CACHE 256
/* What an af_packet port receives into. The other side's queue may keep as many as it has
 * descriptors until more come to be sent, and beside them there must be a burst to receive, and one
 * that grows (flat_make): 512 + 64 + 64, or nothing is received again. 64 MiB. */
#define LARGE 1023

static struct rte_mempool *make_pool(const struct config_dataplane *config, const char *name,
	unsigned count, unsigned cache, uint16_t len)
{
	struct rte_mempool *pool =
		rte_pktmbuf_pool_create(name, count, cache, 0, len, SOCKET_ID_ANY);

	if (!pool)
		log_error("no memory for %u packet buffers of %u octets in %u MiB: raise "
			  "/dataplane/memory_mb",
			count, len, config->memory_mb);
	return pool;
}

int buffers_open(const struct config_dataplane *config, struct buffers *out)
{
	out->packets =
		make_pool(config, "packets", PACKETS, PACKETS_CACHE, RTE_MBUF_DEFAULT_BUF_SIZE);
	if (!out->packets)
		return -ENOMEM;
	out->large = make_pool(config, "large", LARGE, 0, FLAT_BUFFER_LEN);
	return out->large ? 0 : -ENOMEM;
}
