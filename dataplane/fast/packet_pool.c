/* SPDX-License-Identifier: BSD-3-Clause */
/* Without hugepages, DPDK lets no buffer cross a page, for the sake of NICs: each begins a page of
 * its own, so that all of them have their headers in the same few places of the caches, where a
 * burst of headers has no room. What no NIC reaches lies end to end instead, as in hugepages. */
#include "packet_pool.h"

#include <rte_eal.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>

static struct rte_mempool *create_dense(
	const char *name, unsigned count, unsigned cache, uint16_t len)
{
	struct rte_pktmbuf_pool_private layout = {.mbuf_data_room_size = len};
	struct rte_mempool *pool =
		rte_mempool_create_empty(name, count, (unsigned)sizeof(struct rte_mbuf) + len,
			cache, sizeof(layout), SOCKET_ID_ANY, RTE_MEMPOOL_F_NO_IOVA_CONTIG);

	if (!pool)
		return NULL;
	rte_pktmbuf_pool_init(pool, &layout);
	if (rte_mempool_set_ops_byname(pool, rte_mbuf_best_mempool_ops(), NULL) != 0 ||
		rte_mempool_populate_default(pool) < 0) {
		rte_mempool_free(pool);
		return NULL;
	}
	rte_mempool_obj_iter(pool, rte_pktmbuf_init, NULL);
	return pool;
}

struct rte_mempool *packet_pool_create(
	const char *name, unsigned count, unsigned cache, uint16_t len, bool dma)
{
	if (dma || rte_eal_has_hugepages())
		return rte_pktmbuf_pool_create(name, count, cache, 0, len, SOCKET_ID_ANY);
	return create_dense(name, count, cache, len);
}
