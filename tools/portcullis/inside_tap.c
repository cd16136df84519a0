/* SPDX-License-Identifier: BSD-3-Clause */
#include "inside_tap.h"

#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

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

/* Always the same for the same protected address, and nobody else's on that link: after a restart
 * the neighbours still send to the right MAC, instead of to one that is gone (for up to a minute).
 */
static void mac_of(const struct net_address *address, uint8_t mac[6])
{
	size_t len = address->family == NET_IPV4 ? 4 : 16;

	mac[0] = 0x02; /* locally administered */
	mac[1] = 0x50;
	memset(mac + 2, 0, 4);
	for (size_t i = 0; i < len; i++)
		mac[2 + i % 4] = (uint8_t)(mac[2 + i % 4] * 31 + address->bytes[i]);
}

static int set_mac(const struct config_port *port)
{
	struct ifreq request = {.ifr_hwaddr.sa_family = ARPHRD_ETHER};
	int error = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	memcpy(request.ifr_name, port->interface, sizeof(request.ifr_name));
	mac_of(&port->addresses[0].address, (uint8_t *)request.ifr_hwaddr.sa_data);
	if (ioctl(fd, SIOCSIFHWADDR, &request) < 0)
		error = -errno;
	close(fd);
	return error;
}

int inside_tap_create(const struct config_port *port, int *fd)
{
	int status;

	if (if_nametoindex(port->interface) != 0)
		return report(port, EBUSY);
	status = tap_hold(port->interface, fd);
	if (status == 0 && port->address_count > 0)
		status = set_mac(port);
	return status == 0 ? 0 : report(port, -status);
}
