/* SPDX-License-Identifier: BSD-3-Clause */
/* Beside the packet's way: the main thread looks now and then, while the workers poll. */
#include "port_link.h"

#include <rte_ethdev.h>

#include "interface.h"
#include "log.h"
#include "tap_network.h"

void port_link_begin(const struct config_port *config, enum sa_channel_side side,
	const struct port *port, struct port_link *out)
{
	*out = (struct port_link){
		.config = config, .side = side, .id = port->id, .events = {.fd = -1}};
	if (config->kind == CONFIG_PORT_TAP)
		link_events_open(config->interface, &out->events);
}

void port_link_end(struct port_link *link)
{
	link_events_close(&link->events);
}

/* The drivers of the kernel's interfaces do not ask the kernel. */
static bool is_up(const struct port_link *link)
{
	struct rte_eth_link state = {.link_status = RTE_ETH_LINK_DOWN};

	if (link->config->kind != CONFIG_PORT_PCI)
		return interface_running(link->config->interface);
	return rte_eth_link_get_nowait(link->id, &state) == 0 &&
	       state.link_status == RTE_ETH_LINK_UP;
}

/* With the link the kernel has taken the routes from its end of a TAP, and IPv6 addresses. */
static void restore(const struct port_link *link)
{
	const char *side = sa_channel_side_name(link->side);

	if (tap_network_set(link->config, side) != 0)
		log_error("%s: %s is not what it was before its link was down", side,
			link->config->interface);
}

void port_link_look(struct port_link *link, struct sa_channel *channel)
{
	const struct config_port *config = link->config;
	const char *name = config->kind == CONFIG_PORT_PCI ? config->pci : config->interface;
	bool was_down = link_events_was_down(&link->events) || link->is == SA_CHANNEL_LINK_DOWN;
	enum sa_channel_link is = is_up(link) ? SA_CHANNEL_LINK_UP : SA_CHANNEL_LINK_DOWN;

	if (is == SA_CHANNEL_LINK_UP && was_down)
		restore(link);
	if (is == link->is)
		return;
	if (is == SA_CHANNEL_LINK_DOWN)
		log_warning("%s: link of %s is down: no packet passes until it is up",
			sa_channel_side_name(link->side), name);
	else
		log_notice("%s: link of %s is up", sa_channel_side_name(link->side), name);
	link->is = is;
	sa_channel_set_link(channel, link->side, is);
}
