/* SPDX-License-Identifier: BSD-3-Clause */
/* Between attaching a port and starting it. */
#include "port_capabilities.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>

#include "log.h"

#define LINE_MAX_   256
#define FILTER_MAX_ 48

static bool offers(const struct rte_eth_dev_info *info, uint64_t offload)
{
	return (info->rx_offload_capa & offload) != 0;
}

/* X(what, has it) */
#define CAPABILITIES(X)                                                             \
	X("RSS", info->flow_type_rss_offloads != 0)                                 \
	X("IPv4 checksum check", offers(info, RTE_ETH_RX_OFFLOAD_IPV4_CKSUM))       \
	X("packets over several buffers", offers(info, RTE_ETH_RX_OFFLOAD_SCATTER)) \
	X("MAC filter", info->max_mac_addrs > 1)

static void list(const struct rte_eth_dev_info *info, bool has, char line[LINE_MAX_])
{
	size_t len = 0;

	line[0] = '\0';
#define X(what, condition)               \
	if ((condition) == has)          \
		len += (size_t)snprintf( \
			line + len, LINE_MAX_ - len, "%s%s", len > 0 ? ", " : "", what);
	CAPABILITIES(X)
#undef X
	if (len == 0)
		strcpy(line, "nothing");
}

static void tell(const struct config_port *config, const char *side, const struct port *port,
	const struct rte_eth_dev_info *info)
{
	char has[LINE_MAX_], has_not[LINE_MAX_], filter[FILTER_MAX_] = "promiscuous";

	if (config->mac_count > 0)
		snprintf(filter, sizeof(filter), "%zu MAC address%s", config->mac_count,
			config->mac_count == 1 ? "" : "es");
	list(info, true, has);
	list(info, false, has_not);
	log_notice(
		"%s: %s (%s), %s, MTU %u; queues: %u to receive, %u to send; has: %s; has not: %s",
		side, config->kind == CONFIG_PORT_PCI ? config->pci : config->interface,
		info->driver_name, filter, port->mtu, info->max_rx_queues, info->max_tx_queues, has,
		has_not);
}

int port_capabilities_use(const struct config_port *config, const char *side,
	const struct port *port, struct rte_eth_dev_info *info, struct rte_eth_conf *conf)
{
	int error = rte_eth_dev_info_get(port->id, info);

	if (error) {
		log_error("%s: the port does not say what it can: %s", side, strerror(-error));
		return error;
	}
	tell(config, side, port, info);
	if (config->kind == CONFIG_PORT_AF_PACKET)
		return 0; /* its driver takes whatever the interface carries */
	if (port->mtu < info->min_mtu || port->mtu > info->max_mtu) {
		log_error("%s: the port carries packets of %u to %u octets, the settings ask for "
			  "%u: see mtu there",
			side, info->min_mtu, info->max_mtu, port->mtu);
		return -EMSGSIZE;
	}
	conf->rxmode.mtu = port->mtu;
	return 0;
}
