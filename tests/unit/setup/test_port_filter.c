/* SPDX-License-Identifier: BSD-3-Clause */
/* Which frames a port is told to take, and says that it takes, on ports of DPDK without a NIC: a
 * ring has room for one address, a null port takes everything and can not do otherwise. */
#define ALLOW_EXPERIMENTAL_API /* rte_eth_macaddrs_get */
#include "port_filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "../fast/fixture.h"
#include "port_capabilities.h"

static uint16_t ring, null;

static uint16_t plug(const char *name)
{
	uint16_t port;

	assert_int_equal(rte_eal_hotplug_add("vdev", name, ""), 0);
	assert_int_equal(rte_eth_dev_get_port_by_name(name, &port), 0);
	return port;
}

static int open_ports(void **state)
{
	fixture_group(state);
	ring = plug("net_ring0");
	null = plug("net_null0");
	return 0;
}

/* 02:00:00:00:00:01 and so on. */
static struct config_port filter_of(size_t count)
{
	struct config_port config = {.kind = CONFIG_PORT_PCI, .mac_count = count};

	for (size_t i = 0; i < count; i++)
		config.macs[i] = (struct config_mac){{0x02, 0, 0, 0, 0, (uint8_t)(i + 1)}};
	return config;
}

static void assert_first_is_taken(const struct config_port *config)
{
	struct rte_ether_addr known;

	assert_int_equal(rte_eth_macaddrs_get(ring, &known, 1), 1);
	assert_memory_equal(known.addr_bytes, config->macs[0].bytes, sizeof(known.addr_bytes));
}

static void no_filter_is_promiscuous(void **state)
{
	const struct config_port config = filter_of(0);

	(void)state;
	assert_int_equal(rte_eth_promiscuous_disable(ring), 0);
	assert_int_equal(port_filter_set(&config, "test", ring), 0);
	assert_int_equal(rte_eth_promiscuous_get(ring), 1);
}

/* A driver may begin promiscuous: that would be no filter. */
static void a_filter_takes_its_addresses_and_all_groups(void **state)
{
	const struct config_port config = filter_of(1);

	(void)state;
	assert_int_equal(rte_eth_promiscuous_enable(ring), 0);
	assert_int_equal(rte_eth_allmulticast_disable(ring), 0);
	assert_int_equal(port_filter_set(&config, "test", ring), 0);
	assert_int_equal(rte_eth_promiscuous_get(ring), 0);
	assert_int_equal(rte_eth_allmulticast_get(ring), 1);
	assert_first_is_taken(&config);
}

static void each_address_is_asked_for(void **state)
{
	const struct config_port config = filter_of(2);

	(void)state;
	assert_int_equal(port_filter_set(&config, "test", ring), -ENOSPC);
	assert_first_is_taken(&config);
}

static void a_port_that_is_always_promiscuous_is_an_error(void **state)
{
	const struct config_port config = filter_of(1);

	(void)state;
	assert_int_equal(rte_eth_promiscuous_get(null), 1);
	assert_int_equal(port_filter_set(&config, "test", null), -ENOTSUP);
}

/* What a port with that many addresses in its filter says at start. */
static void read_line(size_t count, char *out, size_t size)
{
	const struct config_port config = filter_of(count);
	const struct port port = {.id = ring, .mtu = 1500};
	struct rte_eth_conf conf = {.rxmode = {.mtu = 0}};
	struct rte_eth_dev_info info;
	int error, real_stderr = dup(STDERR_FILENO);
	FILE *capture = tmpfile();
	ssize_t len;

	assert_non_null(capture);
	assert_true(dup2(fileno(capture), STDERR_FILENO) >= 0);
	error = port_capabilities_use(&config, "test", &port, &info, &conf);
	assert_true(dup2(real_stderr, STDERR_FILENO) >= 0);
	close(real_stderr);
	assert_int_equal(error, 0);
	len = pread(fileno(capture), out, size - 1, 0);
	assert_true(len > 0);
	out[len] = '\0';
	fclose(capture);
}

static void the_line_at_start_says_which(void **state)
{
	char line[1024];

	(void)state;
	read_line(0, line, sizeof(line));
	assert_non_null(strstr(line, "), promiscuous, MTU 1500; "));
	read_line(1, line, sizeof(line));
	assert_non_null(strstr(line, "), 1 MAC address, MTU 1500; "));
	read_line(CONFIG_MACS_MAX, line, sizeof(line));
	assert_non_null(strstr(line, "), 16 MAC addresses, MTU 1500; "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"no filter is promiscuous", no_filter_is_promiscuous, NULL, NULL, NULL},
		{"a filter takes its addresses and all groups",
			a_filter_takes_its_addresses_and_all_groups, NULL, NULL, NULL},
		{"each address is asked for, and one without room an error",
			each_address_is_asked_for, NULL, NULL, NULL},
		{"a port that is always promiscuous is an error",
			a_port_that_is_always_promiscuous_is_an_error, NULL, NULL, NULL},
		{"the line at start says which", the_line_at_start_says_which, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, open_ports, NULL);
}
