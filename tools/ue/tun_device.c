/* SPDX-License-Identifier: BSD-3-Clause */
/* A TUN device: what the kernel takes for the link to the P-CSCF. */
#include "tun_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void put_address(struct ifreq *request, const struct net_address *address)
{
	struct net_endpoint endpoint = {.address = *address};
	struct sockaddr_storage storage;

	net_endpoint_to_sockaddr(&endpoint, &storage);
	memcpy(&request->ifr_addr, &storage, sizeof(request->ifr_addr));
}

/* With the peer's address comes the route to it, with the own one as source. */
static int address_ipv4(int fd, struct ifreq *request, const struct net_address *local,
	const struct net_address *peer)
{
	put_address(request, local);
	if (ioctl(fd, SIOCSIFADDR, request))
		return -errno;
	put_address(request, peer);
	return ioctl(fd, SIOCSIFDSTADDR, request) ? -errno : 0;
}

static int address_ipv6(
	int fd, int index, const struct net_address *local, const struct net_address *peer)
{
	struct in6_ifreq own = {.ifr6_prefixlen = 128, .ifr6_ifindex = index};
	struct in6_rtmsg route = {.rtmsg_dst_len = 128,
		.rtmsg_metric = 1,
		.rtmsg_flags = RTF_UP | RTF_HOST,
		.rtmsg_ifindex = index};

	memcpy(&own.ifr6_addr, local->bytes, 16);
	memcpy(&route.rtmsg_dst, peer->bytes, 16);
	return ioctl(fd, SIOCSIFADDR, &own) || ioctl(fd, SIOCADDRT, &route) ? -errno : 0;
}

static int set_up(int fd, struct ifreq *request, const struct net_address *local,
	const struct net_address *peer, int mtu)
{
	int error = 0;

	request->ifr_mtu = mtu;
	if (ioctl(fd, SIOCSIFMTU, request))
		return -errno;
	if (local->family == NET_IPV4)
		error = address_ipv4(fd, request, local, peer);
	request->ifr_flags = IFF_UP | IFF_RUNNING;
	if (error || ioctl(fd, SIOCSIFFLAGS, request))
		return error ? error : -errno;
	/* IPv6 knows an interface only once it is up. */
	if (local->family == NET_IPV6) {
		if (ioctl(fd, SIOCGIFINDEX, request))
			return -errno;
		error = address_ipv6(fd, request->ifr_ifindex, local, peer);
	}
	return error;
}

int tun_device_open(const char *name, const struct net_address *local,
	const struct net_address *peer, int mtu, char error[TUN_DEVICE_ERROR_MAX])
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_TUN_EXCL};
	int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int control, result;

	if (tun < 0) {
		result = -errno;
		snprintf(error, TUN_DEVICE_ERROR_MAX, "/dev/net/tun: %s", strerror(-result));
		return result;
	}
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	result = ioctl(tun, TUNSETIFF, &request) ? -errno : 0;
	control = socket(
		local->family == NET_IPV4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (!result)
		result = control < 0 ? -errno : set_up(control, &request, local, peer, mtu);
	if (control >= 0)
		close(control);
	if (!result)
		return tun;
	snprintf(error, TUN_DEVICE_ERROR_MAX, "TUN device %s: %s", name, strerror(-result));
	close(tun);
	return result;
}
