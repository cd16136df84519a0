/* SPDX-License-Identifier: BSD-3-Clause */
/* Beside the packet's way: the main thread asks now and then, while the workers poll. */
#include "port_watch.h"

#include <net/if.h>

void port_watch_begin(const struct config_port *config, struct port_watch *out)
{
	*out = (struct port_watch){.interface = NULL};
	if (config->kind == CONFIG_PORT_PCI)
		return;
	out->interface = config->interface;
	out->index = if_nametoindex(config->interface);
}

bool port_watch_gone(const struct port_watch *watch)
{
	unsigned index;

	if (!watch->interface)
		return false;
	index = if_nametoindex(watch->interface);
	return index == 0 || index != watch->index;
}
