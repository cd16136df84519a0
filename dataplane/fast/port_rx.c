/* SPDX-License-Identifier: BSD-3-Clause */
/* The first pass: packets leave the port. */
#include "port_rx.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>

void port_rx(const struct path_port *port, struct burst *burst, uint64_t *counter)
{
	burst_begin(burst);
	if (likely(!port->deaf))
		burst->count = rte_eth_rx_burst(port->id, port->queue, burst->mbuf, BURST_MAX);
	burst->now = rte_rdtsc();
	*counter += burst->count;
}
