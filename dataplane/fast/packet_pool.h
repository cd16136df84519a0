/* SPDX-License-Identifier: BSD-3-Clause */
/* A pool of packets' buffers, end to end where no NIC needs them page by page. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rte_mempool;

/* count buffers of len octets of data each, head room included; cache: of each lcore. dma: NICs
 * shall reach them. NULL: there is no memory. */
struct rte_mempool *packet_pool_create(
	const char *name, unsigned count, unsigned cache, uint16_t len, bool dma);
