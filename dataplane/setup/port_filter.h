/* SPDX-License-Identifier: BSD-3-Clause */
/* Which frames a port takes: they are addressed to the hosts behind us, not to it. */
#pragma once

#include <stdint.h>

#include "config.h"

/* Once it runs. All of them (promiscuous), or those to the settings' MAC addresses, and then all to
 * groups: ARP asks everybody, and ND the group of an address (RFC 4861 §7.2.2). port_id: of ethdev.
 * 0, or -errno after an error line where the port can not. */
int port_filter_set(const struct config_port *config, const char *side, uint16_t port_id)
	__attribute__((warn_unused_result));
