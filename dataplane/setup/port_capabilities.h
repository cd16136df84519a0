/* SPDX-License-Identifier: BSD-3-Clause */
/* What a port can do, and what of it is used. */
#pragma once

#include "config.h"
#include "port.h"

struct rte_eth_conf;
struct rte_eth_dev_info;

/* Of a port that is attached: writes its MTU into conf, its own words into info, and says in one
 * line what the port has and what it has not. 0, or -errno after an error line where the settings
 * ask for what it has not.
 *
 * No checksum is left to a port, neither to check nor to make. That of an IPv4 header is checked
 * and corrected (RFC 1624) where the header stands in the cache, by fewer instructions than it
 * takes to read a port's verdict or to ask for its help, on all ports alike. A transport's is right
 * still when ESP goes on or comes off, and the receiving host's to check. */
int port_capabilities_use(const struct config_port *config, const char *side,
	const struct port *port, struct rte_eth_dev_info *info, struct rte_eth_conf *conf)
	__attribute__((warn_unused_result));
