/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the opening of the ports and the first packet. */
#include "tap_network.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "interface.h"
#include "log.h"
#include "netlink.h"

static uint8_t family_of(const struct net_address *address)
{
	return address->family == NET_IPV4 ? AF_INET : AF_INET6;
}

static size_t len_of(const struct net_address *address)
{
	return address->family == NET_IPV4 ? 4 : 16;
}

static int add_address(unsigned index, const struct config_prefix *prefix)
{
	const struct ifaddrmsg family = {
		.ifa_family = family_of(&prefix->address),
		.ifa_prefixlen = prefix->length,
		/* Duplicate detection would wait for a link that nobody answers on yet. */
		.ifa_flags = prefix->address.family == NET_IPV6 ? IFA_F_NODAD : 0,
		.ifa_index = index,
	};
	struct netlink_request request;

	netlink_begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, &family, sizeof(family));
	netlink_attribute(&request, IFA_LOCAL, prefix->address.bytes, len_of(&prefix->address));
	netlink_attribute(&request, IFA_ADDRESS, prefix->address.bytes, len_of(&prefix->address));
	return netlink_ask(&request);
}

static int add_route(unsigned index, const struct config_prefix *prefix)
{
	const struct rtmsg family = {
		.rtm_family = family_of(&prefix->address),
		.rtm_dst_len = prefix->length,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = RTPROT_STATIC,
		.rtm_scope = RT_SCOPE_LINK,
		.rtm_type = RTN_UNICAST,
	};
	struct netlink_request request;

	netlink_begin(
		&request, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &family, sizeof(family));
	netlink_attribute(&request, RTA_DST, prefix->address.bytes, len_of(&prefix->address));
	netlink_attribute(&request, RTA_OIF, &index, sizeof(index));
	return netlink_ask(&request);
}

static int fail(const char *side, const struct config_port *port, const char *what,
	const struct config_prefix *prefix, int error)
{
	char text[NET_TEXT_MAX];

	log_error("%s: %s: %s %s/%u: %s", side, port->interface, what,
		net_address_print(&prefix->address, text), prefix->length, strerror(-error));
	return error;
}

int tap_network_set(const struct config_port *port, const char *side)
{
	unsigned index = if_nametoindex(port->interface);
	int error;

	if (port->kind != CONFIG_PORT_TAP)
		return 0;
	error = index ? interface_up(port->interface) : -errno;
	if (error) {
		log_error("%s: %s: %s", side, port->interface, strerror(-error));
		return error;
	}
	for (size_t i = 0; i < port->address_count; i++) {
		error = add_address(index, &port->addresses[i]);
		if (error)
			return fail(side, port, "address", &port->addresses[i], error);
	}
	for (size_t i = 0; i < port->route_count; i++) {
		error = add_route(index, &port->routes[i]);
		if (error)
			return fail(side, port, "route", &port->routes[i], error);
	}
	return 0;
}
