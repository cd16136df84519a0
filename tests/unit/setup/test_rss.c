/* SPDX-License-Identifier: BSD-3-Clause */
/* What a port with RSS is told, on DPDK's null port, which remembers it. */
#include "rss.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_dev.h>

#include "../fast/fixture.h"
#include "sa_owner.h"

#define QUEUES 3
#define KEY    40

static struct rte_eth_dev_info info;
static uint16_t port;

static int open_port(void **state)
{
	fixture_group(state);
	assert_int_equal(rte_eal_hotplug_add("vdev", "net_null0", ""), 0);
	assert_int_equal(rte_eth_dev_get_port_by_name("net_null0", &port), 0);
	assert_int_equal(rte_eth_dev_info_get(port, &info), 0);
	return 0;
}

static void a_port_is_told_key_types_and_table(void **state)
{
	struct rte_eth_conf conf = {.rxmode = {.mtu = 0}};
	struct rte_eth_rss_reta_entry64 table[RTE_ETH_RSS_RETA_SIZE_128 / RTE_ETH_RETA_GROUP_SIZE];
	uint8_t got[KEY];
	struct rte_eth_rss_conf rss = {.rss_key = got, .rss_key_len = KEY};

	(void)state;
	assert_int_equal(info.reta_size, RTE_ETH_RSS_RETA_SIZE_128);
	rss_configure(&info, "test", QUEUES, &conf);
	assert_int_equal(conf.rxmode.mq_mode, RTE_ETH_MQ_RX_RSS);
	assert_int_equal(rte_eth_dev_configure(port, QUEUES, QUEUES, &conf), 0);
	for (uint16_t q = 0; q < QUEUES; q++) {
		assert_int_equal(rte_eth_rx_queue_setup(port, q, 64, 0, NULL, fx.pool), 0);
		assert_int_equal(rte_eth_tx_queue_setup(port, q, 64, 0, NULL), 0);
	}
	assert_int_equal(rte_eth_dev_start(port), 0);
	rss_spread(port, &info, "test", QUEUES, QUEUES);
	memset(table, 0xff, sizeof(table));
	assert_int_equal(rte_eth_dev_rss_reta_query(port, table, info.reta_size), 0);
	for (unsigned i = 0; i < info.reta_size; i++)
		assert_int_equal(table[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % 64], i % QUEUES);
	/* The driver keeps what it gets at run time; what it got at its start is in conf. */
	for (unsigned i = 0; i < conf.rx_adv_conf.rss_conf.rss_key_len; i++)
		assert_int_equal(conf.rx_adv_conf.rss_conf.rss_key[i],
			i % 2 ? SA_OWNER_KEY & 0xff : SA_OWNER_KEY >> 8);
	assert_int_equal(rte_eth_dev_rss_hash_update(port, &conf.rx_adv_conf.rss_conf), 0);
	assert_int_equal(rte_eth_dev_rss_hash_conf_get(port, &rss), 0);
	assert_memory_equal(got, conf.rx_adv_conf.rss_conf.rss_key, KEY);
	assert_int_equal(rte_eth_dev_stop(port), 0);
}

/* Ports would spread one UE's packets: they are in ESP, in fragments, or in the clear. */
static void no_type_with_ports(void **state)
{
	struct rte_eth_conf conf = {.rxmode = {.mtu = 0}};

	(void)state;
	rss_configure(&info, "test", 2, &conf);
	assert_int_equal(conf.rx_adv_conf.rss_conf.rss_hf &
				 (RTE_ETH_RSS_TCP | RTE_ETH_RSS_UDP | RTE_ETH_RSS_SCTP |
					 RTE_ETH_RSS_ESP | RTE_ETH_RSS_L2_PAYLOAD),
		0);
	assert_int_not_equal(conf.rx_adv_conf.rss_conf.rss_hf & RTE_ETH_RSS_IPV4, 0);
	assert_int_not_equal(conf.rx_adv_conf.rss_conf.rss_hf & RTE_ETH_RSS_FRAG_IPV6, 0);
}

static void nothing_where_it_can_not_or_need_not(void **state)
{
	struct rte_eth_dev_info without = info;
	struct rte_eth_conf conf = {.rxmode = {.mtu = 0}};

	(void)state;
	without.flow_type_rss_offloads = RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	rss_configure(&without, "test", 2, &conf);
	assert_int_equal(conf.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
	rss_configure(&info, "test", 1, &conf);
	assert_int_equal(conf.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
	without = info;
	without.hash_key_size = RSS_KEY_MAX + 1;
	rss_configure(&without, "test", 2, &conf);
	assert_int_equal(conf.rxmode.mq_mode, RTE_ETH_MQ_RX_NONE);
}

/* More workers than queues: each place names a queue that there is. */
static void fewer_queues_than_workers(void **state)
{
	struct rte_eth_rss_reta_entry64 table[RTE_ETH_RSS_RETA_SIZE_128 / RTE_ETH_RETA_GROUP_SIZE];

	(void)state;
	rss_spread(port, &info, "test", 5, 2);
	memset(table, 0xff, sizeof(table));
	assert_int_equal(rte_eth_dev_rss_reta_query(port, table, info.reta_size), 0);
	for (unsigned i = 0; i < info.reta_size; i++)
		assert_int_equal(table[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % 64], i % 5 % 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"a port is told key, types and table", a_port_is_told_key_types_and_table, NULL,
			NULL, NULL},
		{"no type of hash with ports", no_type_with_ports, NULL, NULL, NULL},
		{"nothing where it can not or need not", nothing_where_it_can_not_or_need_not, NULL,
			NULL, NULL},
		{"fewer queues than workers", fewer_queues_than_workers, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, open_port, NULL);
}
