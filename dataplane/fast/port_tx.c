/* SPDX-License-Identifier: BSD-3-Clause */
/* The last pass: packets go to the other port, or back to their pool. */
#include "port_tx.h"

#include <rte_ethdev.h>

static unsigned transmit(const struct path_port *port, struct rte_mbuf **packets, unsigned count,
	struct worker_counters *counters)
{
	unsigned sent = 0;

	if (count > 0)
		sent = rte_eth_tx_burst(port->id, port->queue, packets, (uint16_t)count);
	if (sent < count) {
		counters->dropped[DROP_PORT_FULL] += count - sent;
		rte_pktmbuf_free_bulk(packets + sent, count - sent);
	}
	return sent;
}

void port_tx(const struct path_port *port, struct burst *burst, struct worker_counters *counters,
	uint64_t *counter)
{
	*counter += transmit(port, burst->mbuf, burst->count, counters);
	*counter += transmit(port, burst->pass, burst->passed, counters);
	*counter += transmit(port, burst->piece, burst->pieces, counters);
	if (burst->dropped > 0)
		rte_pktmbuf_free_bulk(burst->drop, burst->dropped);
	burst->count = 0;
	burst->passed = 0;
	burst->pieces = 0;
	burst->dropped = 0;
}

void port_tx_answers(const struct path_port *port, struct burst *burst,
	struct worker_counters *counters, uint64_t *counter)
{
	*counter += transmit(port, burst->answer, burst->answers, counters);
	burst->answers = 0;
}
