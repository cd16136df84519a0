/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet in one piece of memory, with room around it: the integrity engine reads nothing else. */
#pragma once

#include <stdbool.h>

#include <rte_mbuf.h>

/* What ESP needs in front of a packet's headers and behind its end at most. */
#define FLAT_HEADROOM 8
#define FLAT_TAILROOM 20

/* Buffers of the large pool: as large as mbufs can be, headroom included. */
#define FLAT_BUFFER_LEN UINT16_MAX
#define FLAT_FRAME_MAX  (FLAT_BUFFER_LEN - RTE_PKTMBUF_HEADROOM - FLAT_TAILROOM)

/* Puts *mbuf, of any number of segments and at most FLAT_FRAME_MAX octets, into one: the first one
 * where it has the room, else one of the large pool, and the old one is freed. False: no large one
 * is left; *mbuf is then as it was. */
bool flat_make(struct rte_mempool *large, struct rte_mbuf **mbuf)
	__attribute__((warn_unused_result));

/* Puts *mbuf, of one segment, from a larger buffer into one of packets where it fits: who waits
 * shall not hold more than it needs. False: none is left. */
bool flat_shrink(struct rte_mempool *packets, struct rte_mbuf **mbuf)
	__attribute__((warn_unused_result));
