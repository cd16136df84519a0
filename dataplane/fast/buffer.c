/* SPDX-License-Identifier: BSD-3-Clause */
/* In one place, so that symbols.allow shows who may. */
#include "buffer.h"

#include <rte_mbuf.h>

struct rte_mbuf *buffer_take(struct rte_mempool *pool)
{
	return rte_pktmbuf_alloc(pool);
}

void buffer_give(struct rte_mbuf *mbuf)
{
	rte_pktmbuf_free(mbuf);
}
