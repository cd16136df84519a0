/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a NIC can, it puts each packet into the queue of the worker that owns its addresses: the
 * same hash and the same table as sa_owner.h, in hardware. */
#pragma once

#include <stdint.h>

#include <rte_ethdev.h>

#define RSS_KEY_MAX 64 /* octets; NICs have 40 or 52 */

/* Before the port is configured. Hashes over addresses alone, of those kinds of packets for which
 * the port can: ports are hidden in ESP and in fragments. Where it can for none, or has one queue,
 * conf is left as it is. */
void rss_configure(const struct rte_eth_dev_info *info, const char *side, uint16_t queues,
	struct rte_eth_conf *conf);

/* Once it runs: place i of its table is the queue of worker i modulo workers, or one that hands
 * over to that. What it does not take is a notice: packets find their worker all the same. */
void rss_spread(uint16_t port_id, const struct rte_eth_dev_info *info, const char *side,
	uint16_t workers, uint16_t queues);
