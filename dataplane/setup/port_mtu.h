/* SPDX-License-Identifier: BSD-3-Clause */
/* Before the buffers: how long may the packets of a port be? */
#pragma once

#include <stdint.h>

#include "config.h"

#define PORT_MTU_DEFAULT 1500

/* Octets of the largest IP packet: what the settings say, else an interface's own MTU, up to
 * CONFIG_MTU_MAX. 0, or -errno after an error line, also where the interface carries less than
 * the settings say. A NIC is asked once it is attached. */
int port_mtu(const struct config_port *config, const char *side, uint16_t *out)
	__attribute__((warn_unused_result));
