/* SPDX-License-Identifier: BSD-3-Clause */
/* Asked for the size of the buffers, and again when the port is opened. */
#include "port_mtu.h"

#include <errno.h>
#include <string.h>

#include "interface.h"
#include "log.h"

static int of_interface(const struct config_port *config, const char *side, uint16_t *out)
{
	unsigned own;
	int error = interface_mtu(config->interface, &own);

	if (error) {
		log_error("%s: MTU of %s: %s", side, config->interface, strerror(-error));
		return error;
	}
	/* It is the operator's, and other programs' packets count on it. */
	if (config->mtu > own) {
		log_error("%s: %s carries packets of %u octets, the settings ask for %u: type `ip "
			  "link set %s mtu %u`",
			side, config->interface, own, config->mtu, config->interface, config->mtu);
		return -EMSGSIZE;
	}
	if (config->mtu == 0)
		*out = (uint16_t)(own < CONFIG_MTU_MAX ? own : CONFIG_MTU_MAX);
	return 0;
}

int port_mtu(const struct config_port *config, const char *side, uint16_t *out)
{
	*out = config->mtu ? config->mtu : PORT_MTU_DEFAULT;
	return config->kind == CONFIG_PORT_AF_PACKET ? of_interface(config, side, out) : 0;
}
