/* SPDX-License-Identifier: BSD-3-Clause */
/* The null device makes packets out of nothing: what remains is ours and the pool's. */
#include "bench_port.h"

#include <rte_cycles.h>
#include <rte_dev.h>
#include <rte_ethdev.h>

#include "bench_median.h"
#include "port_rx.h"
#include "port_tx.h"

#define DEVICE "net_null0"
#define QUEUE  512
#define ROUNDS 4001

double bench_port_measure(struct bench_gateway *gateway)
{
	static double rounds[ROUNDS];
	const struct rte_eth_conf conf = {.rxmode = {0}};
	struct path_port port = {0};
	struct burst burst;
	uint64_t counter = 0;

	if (rte_eal_hotplug_add("vdev", DEVICE, "size=64") != 0 ||
		rte_eth_dev_get_port_by_name(DEVICE, &port.id) != 0 ||
		rte_eth_dev_configure(port.id, 1, 1, &conf) != 0 ||
		rte_eth_rx_queue_setup(port.id, 0, QUEUE, SOCKET_ID_ANY, NULL, gateway->pool) !=
			0 ||
		rte_eth_tx_queue_setup(port.id, 0, QUEUE, SOCKET_ID_ANY, NULL) != 0 ||
		rte_eth_dev_start(port.id) != 0)
		bench_fail("the null device does not start");
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = rte_rdtsc_precise();

		port_rx(&port, &burst, &counter);
		if (burst.count != BURST_MAX)
			bench_fail("the null device gave %u packets", burst.count);
		port_tx(&port, &burst, &gateway->counters, &counter);
		rounds[i] = (double)(rte_rdtsc_precise() - start) / BURST_MAX;
	}
	rte_eth_dev_stop(port.id);
	rte_eth_dev_close(port.id);
	return bench_median(rounds, ROUNDS);
}
