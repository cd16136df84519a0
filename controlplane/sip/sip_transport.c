/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#define BURST_MAX      64                /* datagrams of one socket before another one's turn */
#define RECEIVE_BUFFER (4 * 1024 * 1024) /* wanted; the kernel's rmem_max bounds it */

struct udp_socket {
	SLIST_ENTRY(udp_socket) link;
	struct sip_transport *transport;
	struct net_endpoint local;
	struct event *event;
	int fd;
};

struct sip_transport {
	struct event_base *base;
	struct sip_entry *entry;
	SLIST_HEAD(, udp_socket) sockets;
	char datagram[SIP_MESSAGE_MAX + 1]; /* one more shows what is too long */
};

static struct udp_socket *find(
	const struct sip_transport *transport, const struct net_endpoint *local)
{
	struct udp_socket *socket;

	SLIST_FOREACH(socket, &transport->sockets, link)
	if (net_endpoint_equal(&socket->local, local))
		return socket;
	return NULL;
}

static int send_octets(void *context, const struct sip_flow *flow, const void *bytes, size_t len)
{
	struct sip_transport *transport = context;
	struct udp_socket *socket = find(transport, &flow->local);
	struct sockaddr_storage to;
	socklen_t to_len;

	if (flow->transport != SIP_UDP)
		return -EPROTONOSUPPORT;
	if (!socket)
		return -ENOTCONN;
	if (flow->remote.address.family != socket->local.address.family)
		return -EAFNOSUPPORT;
	to_len = net_endpoint_to_sockaddr(&flow->remote, &to);
	if (sendto(socket->fd, bytes, len, 0, (struct sockaddr *)&to, to_len) < 0)
		return -errno;
	return 0;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct udp_socket *socket = context;
	struct sip_transport *transport = socket->transport;

	(void)what;
	for (unsigned i = 0; i < BURST_MAX; i++) {
		struct sip_flow flow = {.transport = SIP_UDP, .local = socket->local};
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		ssize_t len = recvfrom(fd, transport->datagram, sizeof(transport->datagram), 0,
			(struct sockaddr *)&from, &from_len);

		if (len < 0)
			return; /* EAGAIN, or an ICMP error about something sent before */
		if (net_endpoint_from_sockaddr((struct sockaddr *)&from, &flow.remote) == 0)
			sip_entry_receive(
				transport->entry, transport->datagram, (size_t)len, &flow);
	}
}

int sip_transport_create(const struct sip_entry_settings *settings, struct sip_transport **out)
{
	struct sip_transport *transport = calloc(1, sizeof(*transport));
	struct sip_entry_settings own = *settings;
	int error;

	if (!transport)
		return -ENOMEM;
	transport->base = settings->base;
	SLIST_INIT(&transport->sockets);
	own.sender = (struct sip_sender){.send = send_octets, .context = transport};
	error = sip_entry_create(&own, &transport->entry);
	if (error) {
		free(transport);
		return error;
	}
	*out = transport;
	return 0;
}

/* A socket bound to local; *bound is what the kernel made of port 0. */
static int open_socket(const struct net_endpoint *local, struct net_endpoint *bound, int *out)
{
	struct sockaddr_storage address;
	socklen_t len = net_endpoint_to_sockaddr(local, &address);
	const int size = RECEIVE_BUFFER, one = 1;
	int error, fd;

	fd = socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if ((address.ss_family == AF_INET6 &&
		    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)) < 0) ||
		bind(fd, (struct sockaddr *)&address, len) < 0)
		goto close_socket;
	len = sizeof(address);
	if (getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		goto close_socket;
	error = net_endpoint_from_sockaddr((struct sockaddr *)&address, bound);
	if (error) {
		close(fd);
		return error;
	}
	*out = fd;
	return 0;

close_socket:
	error = -errno;
	close(fd);
	return error;
}

int sip_transport_listen(struct sip_transport *transport, enum sip_transport_kind kind,
	const struct net_endpoint *local, struct net_endpoint *bound)
{
	struct udp_socket *socket;
	int error;

	if (kind != SIP_UDP)
		return -EPROTONOSUPPORT;
	socket = calloc(1, sizeof(*socket));
	if (!socket)
		return -ENOMEM;
	socket->transport = transport;
	error = open_socket(local, &socket->local, &socket->fd);
	if (error)
		goto free_socket;
	error = -ENOMEM;
	socket->event =
		event_new(transport->base, socket->fd, EV_READ | EV_PERSIST, on_readable, socket);
	if (!socket->event)
		goto close_socket;
	if (event_add(socket->event, NULL))
		goto free_event;
	SLIST_INSERT_HEAD(&transport->sockets, socket, link);
	if (bound)
		*bound = socket->local;
	return 0;

free_event:
	event_free(socket->event);
close_socket:
	close(socket->fd);
free_socket:
	free(socket);
	return error;
}

struct sip_entry *sip_transport_entry(struct sip_transport *transport)
{
	return transport->entry;
}

void sip_transport_destroy(struct sip_transport *transport)
{
	struct udp_socket *socket;

	if (!transport)
		return;
	while ((socket = SLIST_FIRST(&transport->sockets))) {
		SLIST_REMOVE_HEAD(&transport->sockets, link);
		event_free(socket->event);
		close(socket->fd);
		free(socket);
	}
	sip_entry_destroy(transport->entry);
	free(transport);
}
