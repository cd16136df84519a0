/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stdbool.h>

#include "config.h"

struct port_watch {
	const char *interface; /* NULL: a NIC, which is no interface of the kernel */
	unsigned index;
};

/* Once the port is open. The settings must outlive the watch. */
void port_watch_begin(const struct config_port *config, struct port_watch *out);

/* True: the interface was deleted, or deleted and made anew. No packet comes from it any more, and
 * DPDK does not say so. */
bool port_watch_gone(const struct port_watch *watch);
