/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

static int bind_socket(int fd, const struct net_endpoint *local, bool reuse)
{
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to_sockaddr(local, &address);
	const int one = 1;

	if ((address.ss_family == AF_INET6 &&
		    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) < 0) ||
		(reuse && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0) ||
		bind(fd, (struct sockaddr *)&address, len) < 0)
		return -errno;
	return 0;
}

static int read_bound(int fd, struct net_endpoint *bound)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		return -errno;
	return net_endpoint_from_sockaddr((struct sockaddr *)&address, bound);
}

int sip_socket_open(enum sip_transport_kind kind, const struct net_endpoint *local, bool reuse,
	struct net_endpoint *bound, int *out)
{
	int family = local->address.family == NET_IPV6 ? AF_INET6 : AF_INET;
	int type = kind == SIP_TCP ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		return -errno;
	error = bind_socket(fd, local, reuse);
	if (!error && bound)
		error = read_bound(fd, bound);
	if (error) {
		close(fd);
		return error;
	}
	*out = fd;
	return 0;
}
