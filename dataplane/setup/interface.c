/* SPDX-License-Identifier: BSD-3-Clause */
/* Asked while the ports are opened. */
#include "interface.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int ask(const char *name, unsigned long question, struct ifreq *request)
{
	int error = 0, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", name);
	if (ioctl(fd, question, request) < 0)
		error = -errno;
	close(fd);
	return error;
}

int interface_mac(const char *name, uint8_t mac[6])
{
	struct ifreq request = {.ifr_flags = 0};
	int error = ask(name, SIOCGIFHWADDR, &request);

	if (!error)
		memcpy(mac, request.ifr_hwaddr.sa_data, 6);
	return error;
}

int interface_mtu(const char *name, unsigned *mtu)
{
	struct ifreq request = {.ifr_flags = 0};
	int error = ask(name, SIOCGIFMTU, &request);

	if (!error)
		*mtu = (unsigned)request.ifr_mtu;
	return error;
}

int interface_up(const char *name)
{
	struct ifreq request = {.ifr_flags = 0};
	int error = ask(name, SIOCGIFFLAGS, &request);

	if (error || request.ifr_flags & IFF_UP)
		return error;
	request.ifr_flags |= IFF_UP;
	return ask(name, SIOCSIFFLAGS, &request);
}

bool interface_running(const char *name)
{
	struct ifreq request = {.ifr_flags = 0};

	return ask(name, SIOCGIFFLAGS, &request) == 0 && request.ifr_flags & IFF_UP &&
	       request.ifr_flags & IFF_RUNNING;
}

int interface_disable_ipv6(const char *name)
{
	char path[128];
	int error = 0, fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (write(fd, "1", 1) != 1)
		error = -errno;
	close(fd);
	return error;
}
