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

#include "ip_fragment.h"
#include "random.h"

#define RECEIVE_BUFFER (4 * 1024 * 1024) /* for a fleet: the usual one holds 90 answers */

/* The address that a packet came to, or leaves from. */
union pktinfo_room {
	char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	struct cmsghdr header;
};

static bool destination_of(struct msghdr *message, struct net_address *out)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(message);
	struct in6_pktinfo info6;
	struct in_pktinfo info;

	memset(out, 0, sizeof(*out));
	if (control && control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
		memcpy(&info, CMSG_DATA(control), sizeof(info));
		out->family = NET_IPV4;
		memcpy(out->bytes, &info.ipi_addr, 4);
		return true;
	}
	if (control && control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
		memcpy(&info6, CMSG_DATA(control), sizeof(info6));
		out->family = NET_IPV6;
		memcpy(out->bytes, &info6.ipi6_addr, 16);
		return true;
	}
	return false;
}

/* What came, from where and to what address; negative: nothing that counts. */
static ssize_t receive(
	int fd, uint8_t bytes[IP_PACKET_MAX], struct net_endpoint *source, struct net_address *to)
{
	struct sockaddr_storage from;
	union pktinfo_room room;
	struct iovec part = {bytes, IP_PACKET_MAX};
	struct msghdr message = {.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &room,
		.msg_controllen = sizeof(room)};
	ssize_t len = recvmsg(fd, &message, 0);

	if (len < 0 || net_endpoint_from_sockaddr((struct sockaddr *)&from, source) ||
		!destination_of(&message, to))
		return -1;
	return len;
}

static void on_datagram(evutil_socket_t fd, short what, void *context)
{
	struct access *access = context;
	uint8_t bytes[IP_PACKET_MAX];
	struct net_endpoint source;
	struct net_address to;
	ssize_t len = receive(fd, bytes, &source, &to);

	(void)what;
	if (len >= 0)
		access->receiver.datagram(
			access->receiver.context, &source, &to, bytes, (size_t)len);
}

/* The kernel hands out IPv4 with its header, IPv6 without (RFC 3542 §3). */
static void on_packet(evutil_socket_t fd, short what, void *context)
{
	struct access *access = context;
	uint8_t bytes[IP_PACKET_MAX];
	struct ip_packet packet = {.protocol = IP_PROTOCOL_ESP, .body = bytes};
	struct net_endpoint source;
	ssize_t len = receive(fd, bytes, &source, &packet.destination);

	(void)what;
	if (len < 0)
		return;
	packet.source = source.address;
	packet.body_len = (size_t)len;
	if (packet.source.family == NET_IPV4 && ip_packet_parse(bytes, (size_t)len, &packet))
		return;
	access->receiver.packet(access->receiver.context, &packet);
}

static int set(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value));
}

/* A socket that tells to what address each packet came. */
static int open_socket(const struct access *access, uint8_t family, int type, int protocol)
{
	const char *device = access->device;
	bool ipv4 = family == NET_IPV4;
	int fd = socket(ipv4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	int error;

	if (fd < 0)
		return -errno;
	(void)set(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
	error = ipv4 ? set(fd, IPPROTO_IP, IP_PKTINFO, 1)
		     : set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	if (!error && device)
		error = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, strlen(device));
	if (!error)
		return fd;
	error = -errno;
	close(fd);
	return error;
}

static int open_udp(const struct access *access, const struct net_endpoint *local, char *error)
{
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to_sockaddr(local, &address);
	int fd = open_socket(access, local->address.family, SOCK_DGRAM, 0);
	char text[NET_TEXT_MAX];

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, len)) {
		close(fd);
		fd = -errno;
	}
	if (fd < 0)
		snprintf(error, ACCESS_ERROR_MAX, "UDP %s: %s", net_endpoint_print(local, text),
			strerror(-fd));
	return fd;
}

static int open_raw(const struct access *access, uint8_t family, char *error)
{
	int fd = open_socket(access, family, SOCK_RAW, IPPROTO_ESP);

	if (fd >= 0 && (family == NET_IPV4 ? set(fd, IPPROTO_IP, IP_HDRINCL, 1)
					   : set(fd, IPPROTO_IPV6, IPV6_HDRINCL, 1))) {
		close(fd);
		fd = -errno;
	}
	if (fd < 0)
		snprintf(error, ACCESS_ERROR_MAX, "raw ESP socket: %s (needs root or CAP_NET_RAW)",
			strerror(-fd));
	return fd;
}

int access_open(struct access *access, struct event_base *base, const struct net_endpoint *local,
	const char *device, const struct access_receiver *receiver, char error[ACCESS_ERROR_MAX])
{
	struct random random = random_system();

	memset(access, 0, sizeof(*access));
	access->receiver = *receiver;
	access->device = device;
	access->fragment_id = random_u32(&random);
	access->raw_fd = -1;
	access->udp_fd = open_udp(access, local, error);
	if (access->udp_fd >= 0)
		access->raw_fd = open_raw(access, local->address.family, error);
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

static size_t put_source(const struct net_address *from, union pktinfo_room *room)
{
	struct in6_pktinfo info6 = {.ipi6_ifindex = 0};
	struct in_pktinfo info = {.ipi_ifindex = 0};

	memset(room, 0, sizeof(*room));
	if (from->family == NET_IPV4) {
		memcpy(&info.ipi_spec_dst, from->bytes, 4);
		room->header.cmsg_level = IPPROTO_IP;
		room->header.cmsg_type = IP_PKTINFO;
		room->header.cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(&room->header), &info, sizeof(info));
		return CMSG_SPACE(sizeof(info));
	}
	memcpy(&info6.ipi6_addr, from->bytes, 16);
	room->header.cmsg_level = IPPROTO_IPV6;
	room->header.cmsg_type = IPV6_PKTINFO;
	room->header.cmsg_len = CMSG_LEN(sizeof(info6));
	memcpy(CMSG_DATA(&room->header), &info6, sizeof(info6));
	return CMSG_SPACE(sizeof(info6));
}

int access_send_datagram(struct access *access, const struct net_address *from,
	const struct net_endpoint *to, const uint8_t *bytes, size_t len)
{
	struct sockaddr_storage address;
	union pktinfo_room room;
	struct iovec part = {(void *)(uintptr_t)bytes, len};
	struct msghdr message = {.msg_name = &address,
		.msg_namelen = net_endpoint_to_sockaddr(to, &address),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &room,
		.msg_controllen = put_source(from, &room)};

	return sendmsg(access->udp_fd, &message, 0) < 0 ? -errno : 0;
}

static int send_fragments(struct access *access, const struct sockaddr_storage *to,
	socklen_t to_len, int mtu, const uint8_t *bytes, size_t len)
{
	uint8_t piece[IP_PACKET_MAX];
	struct ip_packet whole;
	size_t offset = 0, piece_len;

	if (mtu < 0)
		return mtu;
	if (ip_packet_parse(bytes, len, &whole))
		return -EMSGSIZE;
	/* 0 would let the kernel choose, for each IPv4 fragment another one. */
	while (!(uint16_t)++access->fragment_id)
		;
	whole.fragment_id = access->fragment_id;
	while ((piece_len = ip_fragment_next(&whole, (size_t)mtu, &offset, piece)) > 0) {
		if (sendto(access->raw_fd, piece, piece_len, 0, (const struct sockaddr *)to,
			    to_len) < 0)
			return -errno;
	}
	return offset == whole.body_len ? 0 : -EMSGSIZE;
}

int access_send_packet(struct access *access, const struct net_address *next_hop,
	const uint8_t *packet, size_t len)
{
	struct net_endpoint to = {.address = *next_hop};
	struct sockaddr_storage address;
	socklen_t address_len = net_endpoint_to_sockaddr(&to, &address);

	if (sendto(access->raw_fd, packet, len, 0, (struct sockaddr *)&address, address_len) >= 0)
		return 0;
	if (errno != EMSGSIZE)
		return -errno;
	return send_fragments(
		access, &address, address_len, access_mtu(access, next_hop), packet, len);
}

int access_mtu(const struct access *access, const struct net_address *next_hop)
{
	struct net_endpoint to = {.address = *next_hop, .port = 9};
	struct sockaddr_storage address;
	socklen_t address_len = net_endpoint_to_sockaddr(&to, &address);
	bool ipv4 = next_hop->family == NET_IPV4;
	int fd = open_socket(access, next_hop->family, SOCK_DGRAM, 0), mtu;
	socklen_t len = sizeof(mtu);

	if (fd < 0)
		return fd;
	/* Only a connected socket knows its route. */
	if (connect(fd, (struct sockaddr *)&address, address_len) ||
		getsockopt(
			fd, ipv4 ? IPPROTO_IP : IPPROTO_IPV6, ipv4 ? IP_MTU : IPV6_MTU, &mtu, &len))
		mtu = -errno;
	close(fd);
	return mtu;
}
