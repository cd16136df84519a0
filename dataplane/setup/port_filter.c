/* SPDX-License-Identifier: BSD-3-Clause */
/* The last step of a port's start. */
#include "port_filter.h"

#include <string.h>

#include <rte_ethdev.h>

#include "log.h"

#define LEAVE_OUT "leave mac_filter out, so that it takes every frame"

static int add_addresses(const struct config_port *config, const char *side, uint16_t port_id)
{
	for (size_t i = 0; i < config->mac_count; i++) {
		struct rte_ether_addr address;
		int error;

		memcpy(address.addr_bytes, config->macs[i].bytes, sizeof(address.addr_bytes));
		error = rte_eth_dev_mac_addr_add(port_id, &address, 0);
		if (error) {
			log_error("%s: the port does not take address %zu of %zu in "
				  "mac_filter (%s): name fewer, or " LEAVE_OUT,
				side, i + 1, config->mac_count, strerror(-error));
			return error;
		}
	}
	return 0;
}

int port_filter_set(const struct config_port *config, const char *side, uint16_t port_id)
{
	int error;

	if (config->mac_count == 0) {
		error = rte_eth_promiscuous_enable(port_id);
		if (error)
			log_error(
				"%s: the port has no promiscuous mode: %s", side, strerror(-error));
		return error;
	}
	error = rte_eth_promiscuous_disable(port_id); /* some drivers begin with it */
	if (error) {
		log_error("%s: the port does not leave promiscuous mode (%s): " LEAVE_OUT, side,
			strerror(-error));
		return error;
	}
	error = rte_eth_allmulticast_enable(port_id);
	if (error) {
		log_error("%s: the port does not take the frames to all groups (%s): " LEAVE_OUT,
			side, strerror(-error));
		return error;
	}
	return add_addresses(config, side, port_id);
}
