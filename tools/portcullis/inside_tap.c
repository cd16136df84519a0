/* SPDX-License-Identifier: BSD-3-Clause */
#include "inside_tap.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "log.h"
#include "tap_hold.h"

static int report(const struct config_port *port, int error)
{
	switch (error) {
	case EPERM:
	case EACCES:
		log_error("the TAP %s can not be made: no privilege; run as root, or with "
			  "CAP_NET_ADMIN",
			port->interface);
		break;
	case ENOENT:
	case ENODEV:
		log_error("the TAP %s can not be made: no /dev/net/tun; try: modprobe tun",
			port->interface);
		break;
	case EBUSY:
		log_error("the TAP %s is in use by another program; is a gateway running here? "
			  "see: ip -d link show %s",
			port->interface, port->interface);
		break;
	default:
		log_error("the TAP %s can not be made: %s", port->interface, strerror(error));
	}
	return -error;
}

int inside_tap_create(const struct config_port *port, int *fd)
{
	int status;

	if (if_nametoindex(port->interface) != 0)
		return report(port, EBUSY);
	status = tap_hold(port->interface, fd);
	return status == 0 ? 0 : report(port, -status);
}
