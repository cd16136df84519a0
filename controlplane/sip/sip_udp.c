/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_udp.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#include "sip_socket.h"

#define BURST_MAX      256 /* datagrams of one socket in a turn: they share a commit */
#define BATCH          16  /* of them, taken from the kernel by one call */
#define RECEIVE_BUFFER (4 * 1024 * 1024) /* without the privilege, rmem_max bounds it */

struct udp_socket {
	SLIST_ENTRY(udp_socket) link;
	struct sip_udp *udp;
	struct net_endpoint local;
	struct event *event;
	int fd;
};

struct sip_udp {
	struct event_base *base;
	struct sip_entry *entry;
	SLIST_HEAD(, udp_socket) sockets;
	struct mmsghdr arrivals[BATCH];
	struct iovec pieces[BATCH];
	struct sockaddr_storage sources[BATCH];
	char datagrams[BATCH][SIP_MESSAGE_MAX + 1]; /* one more shows what is too long */
};

int sip_udp_create(struct event_base *base, struct sip_entry *entry, struct sip_udp **out)
{
	struct sip_udp *udp = calloc(1, sizeof(*udp));

	if (!udp)
		return -ENOMEM;
	udp->base = base;
	udp->entry = entry;
	SLIST_INIT(&udp->sockets);
	*out = udp;
	return 0;
}

static struct udp_socket *find(const struct sip_udp *udp, const struct net_endpoint *local)
{
	struct udp_socket *socket;

	SLIST_FOREACH(socket, &udp->sockets, link)
	if (net_endpoint_equal(&socket->local, local))
		return socket;
	return NULL;
}

int sip_udp_send(struct sip_udp *udp, const struct sip_flow *flow, const void *octets, size_t len)
{
	struct udp_socket *socket = find(udp, &flow->local);
	struct sockaddr_storage to;
	socklen_t to_len;

	if (!socket)
		return -ENOTCONN;
	if (flow->remote.address.family != socket->local.address.family)
		return -EAFNOSUPPORT;
	to_len = net_endpoint_to_sockaddr(&flow->remote, &to);
	if (sendto(socket->fd, octets, len, 0, (struct sockaddr *)&to, to_len) < 0)
		return -errno;
	return 0;
}

/* How many came; none also where there is an ICMP error about something sent before. */
static unsigned receive(struct sip_udp *udp, int fd)
{
	int count;

	for (unsigned i = 0; i < BATCH; i++) {
		udp->pieces[i] = (struct iovec){
			.iov_base = udp->datagrams[i], .iov_len = sizeof(udp->datagrams[i])};
		udp->arrivals[i].msg_hdr = (struct msghdr){.msg_name = &udp->sources[i],
			.msg_namelen = sizeof(udp->sources[i]),
			.msg_iov = &udp->pieces[i],
			.msg_iovlen = 1};
	}
	count = recvmmsg(fd, udp->arrivals, BATCH, 0, NULL);
	return count > 0 ? (unsigned)count : 0;
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
	struct udp_socket *socket = context;
	struct sip_udp *udp = socket->udp;
	struct sip_flow flow = {.transport = SIP_UDP, .local = socket->local};
	unsigned count = BATCH;

	(void)what;
	for (unsigned all = 0; all < BURST_MAX && count == BATCH; all += count) {
		count = receive(udp, fd);
		for (unsigned i = 0; i < count; i++)
			if (net_endpoint_from_sockaddr(
				    (struct sockaddr *)&udp->sources[i], &flow.remote) == 0)
				sip_entry_receive(udp->entry, udp->datagrams[i],
					udp->arrivals[i].msg_len, &flow);
	}
}

int sip_udp_listen(
	struct sip_udp *udp, const struct net_endpoint *local, struct net_endpoint *bound)
{
	struct udp_socket *socket = calloc(1, sizeof(*socket));
	const int size = RECEIVE_BUFFER;
	int error;

	if (!socket)
		return -ENOMEM;
	socket->udp = udp;
	error = sip_socket_open(SIP_UDP, local, false, &socket->local, &socket->fd);
	if (error)
		goto free_socket;
	if (setsockopt(socket->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		(void)setsockopt(socket->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	error = -ENOMEM;
	socket->event = event_new(udp->base, socket->fd, EV_READ | EV_PERSIST, on_readable, socket);
	if (!socket->event)
		goto close_socket;
	if (event_add(socket->event, NULL))
		goto free_event;
	SLIST_INSERT_HEAD(&udp->sockets, socket, link);
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

void sip_udp_destroy(struct sip_udp *udp)
{
	struct udp_socket *socket;

	if (!udp)
		return;
	while ((socket = SLIST_FIRST(&udp->sockets))) {
		SLIST_REMOVE_HEAD(&udp->sockets, link);
		event_free(socket->event);
		close(socket->fd);
		free(socket);
	}
	free(udp);
}
