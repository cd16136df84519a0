/* SPDX-License-Identifier: BSD-3-Clause */
/* The first and the last pass, on DPDK's ring ports: what is sent on one comes back from it. */
#include "port_rx.h"
#include "port_tx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "fixture.h"

static void open_port(const char *name, struct path_port *port)
{
	const struct rte_eth_conf conf = {.rxmode = {.mtu = 1500}};

	assert_int_equal(rte_eal_hotplug_add("vdev", name, ""), 0);
	assert_int_equal(rte_eth_dev_get_port_by_name(name, &port->id), 0);
	assert_int_equal(rte_eth_dev_configure(port->id, 1, 1, &conf), 0);
	assert_int_equal(rte_eth_rx_queue_setup(port->id, 0, 0, 0, NULL, fx.pool), 0);
	assert_int_equal(rte_eth_tx_queue_setup(port->id, 0, 0, 0, NULL), 0);
	assert_int_equal(rte_eth_dev_start(port->id), 0);
	port->mtu = 1500;
}

static void close_port(struct path_port *port)
{
	assert_int_equal(rte_eth_dev_stop(port->id), 0);
	assert_int_equal(rte_eth_dev_close(port->id), 0);
}

static void from_port_to_port(void **state)
{
	struct sa_parameters sa = fixture_sa(4711, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint8_t frame[256], plain[256];
	size_t len, plain_len = fixture_udp(plain, REMOTE, PORT_UC, LOCAL, PORT_S, 40);
	struct rte_mbuf *mbuf;

	(void)state;
	open_port("net_ring_outside", &fx.path.outside);
	open_port("net_ring_inside", &fx.path.inside);
	(void)fixture_add(&sa);
	memcpy(frame, plain, plain_len);
	len = fixture_esp(frame, plain_len, &sa, 1);
	mbuf = fixture_put(frame, len);
	assert_int_equal(rte_eth_tx_burst(fx.path.outside.id, 0, &mbuf, 1), 1);
	fx.burst.count = 0;
	assert_int_equal(pipeline_poll_outside(&fx.path, &fx.burst), 1);
	assert_int_equal(fx.counters.outside_rx, 1);
	assert_int_equal(fx.counters.inside_tx, 1);
	assert_int_equal(rte_eth_rx_burst(fx.path.inside.id, 0, &mbuf, 1), 1);
	assert_int_equal(mbuf->pkt_len, plain_len);
	assert_memory_equal(rte_pktmbuf_mtod(mbuf, uint8_t *), plain, plain_len);
	/* And a plain answer from inside, by the other way. */
	rte_pktmbuf_free(mbuf);
	len = fixture_udp(frame, LOCAL, 5060, REMOTE, 5060, 10);
	mbuf = fixture_put(frame, len);
	assert_int_equal(rte_eth_tx_burst(fx.path.inside.id, 0, &mbuf, 1), 1);
	fx.burst.count = 0;
	assert_int_equal(pipeline_poll_inside(&fx.path, &fx.burst), 1);
	assert_int_equal(pipeline_poll_inside(&fx.path, &fx.burst), 0);
	assert_int_equal(rte_eth_rx_burst(fx.path.outside.id, 0, &mbuf, 1), 1);
	assert_int_equal(mbuf->pkt_len, len);
	rte_pktmbuf_free(mbuf);
	close_port(&fx.path.outside);
	close_port(&fx.path.inside);
}

/* A worker without a receive queue: nothing comes, whatever lies in the queue of that number. */
static void a_deaf_port_is_not_asked(void **state)
{
	uint8_t frame[64];
	size_t len = fixture_udp(frame, REMOTE, 5060, LOCAL, 5060, 10);
	struct rte_mbuf *mbuf = fixture_put(frame, len);

	(void)state;
	open_port("net_ring_deaf", &fx.path.outside);
	fx.path.outside.deaf = true;
	assert_int_equal(rte_eth_tx_burst(fx.path.outside.id, 0, &mbuf, 1), 1);
	assert_int_equal(pipeline_poll_outside(&fx.path, &fx.burst), 0);
	assert_int_equal(rte_eth_rx_burst(fx.path.outside.id, 0, &mbuf, 1), 1);
	rte_pktmbuf_free(mbuf);
	close_port(&fx.path.outside);
}

static void full_port_drops_and_frees(void **state)
{
	struct path_port port = {.queue = 0};
	uint8_t frame[64];
	uint64_t sent = 0;
	struct rte_mbuf *mbuf;

	(void)state;
	open_port("net_ring_full", &port);
	fixture_udp(frame, LOCAL, 5060, REMOTE, 5060, 10);
	while (fx.counters.dropped[DROP_PORT_FULL] == 0) { /* 1023 packets fit, the pool has more */
		for (unsigned i = 0; i < BURST_MAX; i++)
			fixture_put(frame, 52);
		port_tx(&port, &fx.burst, &fx.counters, &sent);
	}
	assert_int_equal(sent, 1023);
	assert_int_equal(fx.counters.dropped[DROP_PORT_FULL], 1024 - 1023);
	assert_int_equal(rte_mempool_in_use_count(fx.pool), sent);
	while (rte_eth_rx_burst(port.id, 0, &mbuf, 1) == 1)
		rte_pktmbuf_free(mbuf);
	close_port(&port);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, fixture_setup, fixture_teardown, NULL}
		T("INT-3 from port to port", from_port_to_port),
		T("a deaf port is not asked", a_deaf_port_is_not_asked),
		T("full port drops and frees", full_port_drops_and_frees),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
