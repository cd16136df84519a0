/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's way to the network. */
#include "access.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ipv4_packet.h"

#define RECEIVE_BUFFER (4 * 1024 * 1024) /* for a fleet: the usual one holds 90 answers */

/* Room for one struct in_pktinfo: the address that a datagram came to, or leaves from. */
union pktinfo_room {
	char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct cmsghdr header;
};

static bool destination_of(struct msghdr *message, struct net_address *out)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	struct in_pktinfo info;

	if (!control || control->cmsg_level != IPPROTO_IP || control->cmsg_type != IP_PKTINFO)
		return false;
	memcpy(&info, CMSG_DATA(control), sizeof(info));
	memset(out, 0, sizeof(*out));
	out->family = NET_IPV4;
	memcpy(out->bytes, &info.ipi_addr, 4);
	return true;
}

static void on_datagram(evutil_socket_t fd, short what, void *context)
{
	struct access *access = context;
	uint8_t bytes[IPV4_PACKET_MAX];
	struct sockaddr_storage from;
	union pktinfo_room room;
	struct iovec part = {bytes, sizeof(bytes)};
	struct msghdr message = {.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &room,
		.msg_controllen = sizeof(room)};
	struct net_endpoint source;
	struct net_address to;
	ssize_t len = recvmsg(fd, &message, 0);

	(void)what;
	if (len < 0 || net_endpoint_from_sockaddr((struct sockaddr *)&from, &source) ||
		!destination_of(&message, &to))
		return;
	access->receiver.datagram(access->receiver.context, &source, &to, bytes, (size_t)len);
}

static void on_packet(evutil_socket_t fd, short what, void *context)
{
	struct access *access = context;
	uint8_t bytes[IPV4_PACKET_MAX];
	ssize_t len = recv(fd, bytes, sizeof(bytes), 0);

	(void)what;
	if (len >= 0)
		access->receiver.packet(access->receiver.context, bytes, (size_t)len);
}

static int open_socket(int type, int protocol)
{
	int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	const int size = RECEIVE_BUFFER;

	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	return fd;
}

static int open_udp(const struct net_endpoint *local, char *error)
{
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to_sockaddr(local, &address);
	int fd = open_socket(SOCK_DGRAM, 0);
	char text[NET_TEXT_MAX];
	int on = 1;

	if (fd >= 0 && !setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) &&
		!bind(fd, (struct sockaddr *)&address, len))
		return fd;
	snprintf(error, ACCESS_ERROR_MAX, "UDP %s: %s", net_endpoint_print(local, text),
		strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static int open_raw(char *error)
{
	int on = 1;
	int fd = open_socket(SOCK_RAW, IPPROTO_ESP);

	if (fd >= 0 && !setsockopt(fd, IPPROTO_IP, IP_HDRINCL, &on, sizeof(on)))
		return fd;
	snprintf(error, ACCESS_ERROR_MAX, "raw ESP socket: %s (needs root or CAP_NET_RAW)",
		strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

int access_open(struct access *access, struct event_base *base, const struct net_endpoint *local,
	const struct access_receiver *receiver, char error[ACCESS_ERROR_MAX])
{
	memset(access, 0, sizeof(*access));
	access->receiver = *receiver;
	access->raw_fd = -1;
	access->udp_fd = open_udp(local, error);
	if (access->udp_fd >= 0)
		access->raw_fd = open_raw(error);
	if (access->udp_fd < 0 || access->raw_fd < 0)
		goto close_access;
	access->udp = event_new(base, access->udp_fd, EV_READ | EV_PERSIST, on_datagram, access);
	access->raw = event_new(base, access->raw_fd, EV_READ | EV_PERSIST, on_packet, access);
	if (access->udp && access->raw && !event_add(access->udp, NULL) &&
		!event_add(access->raw, NULL))
		return 0;
	snprintf(error, ACCESS_ERROR_MAX, "out of memory");
close_access:
	access_close(access);
	return -EIO;
}

void access_close(struct access *access)
{
	if (access->udp)
		event_free(access->udp);
	if (access->raw)
		event_free(access->raw);
	if (access->udp_fd >= 0)
		close(access->udp_fd);
	if (access->raw_fd >= 0)
		close(access->raw_fd);
}

int access_send_datagram(struct access *access, const struct net_address *from,
	const struct net_endpoint *to, const uint8_t *bytes, size_t len)
{
	struct sockaddr_storage address;
	union pktinfo_room room = {.bytes = {0}};
	struct in_pktinfo info = {0};
	struct iovec part = {(void *)(uintptr_t)bytes, len};
	struct msghdr message = {.msg_name = &address,
		.msg_namelen = net_endpoint_to_sockaddr(to, &address),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &room,
		.msg_controllen = sizeof(room)};

	memcpy(&info.ipi_spec_dst, from->bytes, 4);
	room.header.cmsg_level = IPPROTO_IP;
	room.header.cmsg_type = IP_PKTINFO;
	room.header.cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(&room.header), &info, sizeof(info));
	return sendmsg(access->udp_fd, &message, 0) < 0 ? -errno : 0;
}

int access_send_packet(struct access *access, const struct net_address *next_hop,
	const uint8_t *packet, size_t len)
{
	struct net_endpoint to = {.address = *next_hop};
	struct sockaddr_storage address;
	socklen_t address_len = net_endpoint_to_sockaddr(&to, &address);

	if (sendto(access->raw_fd, packet, len, 0, (struct sockaddr *)&address, address_len) < 0)
		return -errno;
	return 0;
}
