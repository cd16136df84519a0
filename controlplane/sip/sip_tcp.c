/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

#include "sip_socket.h"
#include "sip_tcp_state.h"

#define ACCEPT_MAX 64 /* connections of one listener before another event's turn */
#define BACKLOG    1024

/* How long a listener rests where the process has no descriptor left. */
static const struct timeval rest = {.tv_usec = 100000};

struct sip_tcp_listener {
	SLIST_ENTRY(sip_tcp_listener) link;
	struct sip_tcp *tcp;
	struct net_endpoint local;
	struct event *readable, *rested;
	int fd;
};

static uint64_t expire_list(struct sip_tcp *tcp, struct sip_tcp_list *list, uint64_t *counter)
{
	uint64_t now = clock_now_ms(&tcp->clock);
	struct sip_tcp_connection *connection;

	while ((connection = TAILQ_FIRST(list)) && connection->due_ms <= now) {
		(*counter)++;
		sip_tcp_table_remove(connection);
	}
	return connection ? connection->due_ms - now : UINT64_MAX;
}

static void on_timer(evutil_socket_t no_socket, short what, void *context)
{
	struct sip_tcp *tcp = context;
	uint64_t half_ms = expire_list(tcp, &tcp->waiting, &tcp->counters->tcp_half);
	uint64_t idle_ms = expire_list(tcp, &tcp->idle, &tcp->counters->tcp_idle);
	uint64_t wait_ms = half_ms < idle_ms ? half_ms : idle_ms;
	const struct timeval wait = {
		.tv_sec = (time_t)(wait_ms / 1000),
		.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000),
	};

	(void)no_socket, (void)what;
	if (wait_ms != UINT64_MAX)
		event_add(tcp->timer, &wait);
}

int sip_tcp_create(struct event_base *base, struct sip_entry *entry, const struct clock *clock,
	const struct sip_tcp_limits *limits, struct sip_tcp **out)
{
	const struct random random = random_system();
	struct sip_tcp *tcp = calloc(1, sizeof(*tcp));

	if (!tcp)
		return -ENOMEM;
	tcp->timer = evtimer_new(base, on_timer, tcp);
	if (!tcp->timer) {
		free(tcp);
		return -ENOMEM;
	}
	tcp->base = base;
	tcp->entry = entry;
	tcp->counters = sip_entry_tally(entry);
	tcp->clock = *clock;
	tcp->limits = *limits;
	SLIST_INIT(&tcp->listeners);
	TAILQ_INIT(&tcp->waiting);
	TAILQ_INIT(&tcp->idle);
	random_fill(&random, tcp->hash_key, sizeof(tcp->hash_key));
	*out = tcp;
	return 0;
}

static void set_no_delay(int fd)
{
	const int one = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static void take_connection(struct sip_tcp_listener *listener, int fd, const struct sip_flow *flow)
{
	struct sip_tcp *tcp = listener->tcp;
	struct sip_tcp_connection *connection = sip_tcp_table_find(tcp, flow);
	int error;

	if (connection)
		sip_tcp_table_remove(connection); /* its peer has begun anew */
	set_no_delay(fd);
	error = sip_tcp_table_add(tcp, fd, flow, false, &connection);
	if (error == -EUSERS)
		tcp->counters->tcp_refused++;
	else if (error)
		tcp->counters->no_memory++;
	else
		tcp->counters->tcp_accepted++;
}

static void on_accept(evutil_socket_t fd, short what, void *context)
{
	struct sip_tcp_listener *listener = context;

	(void)what;
	for (unsigned i = 0; i < ACCEPT_MAX; i++) {
		struct sip_flow flow = {.transport = SIP_TCP, .local = listener->local};
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		int accepted = accept4(
			fd, (struct sockaddr *)&from, &from_len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (accepted < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
					    errno == ENOMEM)) {
			listener->tcp->counters->tcp_refused++;
			event_del(listener->readable);
			event_add(listener->rested, &rest);
		}
		if (accepted < 0)
			return;
		if (net_endpoint_from_sockaddr((struct sockaddr *)&from, &flow.remote))
			close(accepted);
		else
			take_connection(listener, accepted, &flow);
	}
}

static void on_rested(evutil_socket_t no_socket, short what, void *context)
{
	struct sip_tcp_listener *listener = context;

	(void)no_socket, (void)what;
	event_add(listener->readable, NULL);
}

static void close_listener(struct sip_tcp_listener *listener)
{
	if (listener->readable)
		event_free(listener->readable);
	if (listener->rested)
		event_free(listener->rested);
	close(listener->fd);
	free(listener);
}

int sip_tcp_listen(
	struct sip_tcp *tcp, const struct net_endpoint *local, struct net_endpoint *bound)
{
	struct sip_tcp_listener *listener = calloc(1, sizeof(*listener));
	int error;

	if (!listener)
		return -ENOMEM;
	listener->tcp = tcp;
	error = sip_socket_open(SIP_TCP, local, true, &listener->local, &listener->fd);
	if (error) {
		free(listener);
		return error;
	}
	listener->readable =
		event_new(tcp->base, listener->fd, EV_READ | EV_PERSIST, on_accept, listener);
	listener->rested = evtimer_new(tcp->base, on_rested, listener);
	error = -ENOMEM;
	if (!listener->readable || !listener->rested)
		goto close_it;
	if (listen(listener->fd, BACKLOG) < 0) {
		error = -errno;
		goto close_it;
	}
	if (event_add(listener->readable, NULL))
		goto close_it;
	SLIST_INSERT_HEAD(&tcp->listeners, listener, link);
	if (bound)
		*bound = listener->local;
	return 0;

close_it:
	close_listener(listener);
	return error;
}

static bool listens_at(const struct sip_tcp *tcp, const struct net_endpoint *local)
{
	struct sip_tcp_listener *listener;

	SLIST_FOREACH(listener, &tcp->listeners, link)
	if (net_endpoint_equal(&listener->local, local))
		return true;
	return false;
}

/* From port_pc to port_us: many connections share the one local endpoint. */
static int open_connection(
	struct sip_tcp *tcp, const struct sip_flow *flow, struct sip_tcp_connection **out)
{
	struct sockaddr_storage to;
	socklen_t len = net_endpoint_to_sockaddr(&flow->remote, &to);
	int error, fd;

	if (listens_at(tcp, &flow->local))
		return -ENOTCONN;
	error = sip_socket_open(SIP_TCP, &flow->local, true, NULL, &fd);
	if (error)
		return error;
	set_no_delay(fd);
	if (connect(fd, (struct sockaddr *)&to, len) < 0 && errno != EINPROGRESS) {
		error = -errno;
		close(fd);
		return error;
	}
	error = sip_tcp_table_add(tcp, fd, flow, true, out);
	if (error == -EUSERS)
		tcp->counters->tcp_refused++;
	else if (!error)
		tcp->counters->tcp_opened++;
	return error;
}

int sip_tcp_send(struct sip_tcp *tcp, const struct sip_flow *flow, const void *octets, size_t len)
{
	struct sip_tcp_connection *connection = sip_tcp_table_find(tcp, flow);
	int error = connection ? 0 : open_connection(tcp, flow, &connection);

	return error ? error : sip_tcp_connection_send(connection, octets, len);
}

size_t sip_tcp_count(const struct sip_tcp *tcp)
{
	return tcp->count;
}

size_t sip_tcp_buffered(const struct sip_tcp *tcp)
{
	return tcp->buffered;
}

void sip_tcp_destroy(struct sip_tcp *tcp)
{
	struct sip_tcp_connection *connection, *next;
	struct sip_tcp_listener *listener;

	if (!tcp)
		return;
	tcp->entry = NULL;
	HASH_ITER (hh, tcp->by_key, connection, next)
		sip_tcp_table_remove(connection);
	while ((listener = SLIST_FIRST(&tcp->listeners))) {
		SLIST_REMOVE_HEAD(&tcp->listeners, link);
		close_listener(listener);
	}
	event_free(tcp->timer);
	free(tcp);
}
