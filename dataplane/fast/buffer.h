/* SPDX-License-Identifier: BSD-3-Clause */
/* Packet buffers that the packet's way itself takes and gives back. */
#pragma once

struct rte_mbuf;
struct rte_mempool;

/* An empty one, or NULL: none is left. */
struct rte_mbuf *buffer_take(struct rte_mempool *pool);

/* A packet with all its segments; NULL: nothing. */
void buffer_give(struct rte_mbuf *mbuf);
