/* SPDX-License-Identifier: BSD-3-Clause */
/* The connections by their flow, and how long each may still take. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sip_tcp_state.h"

static void make_key(const struct sip_tcp *tcp, const struct sip_flow *flow, uint8_t *key)
{
	struct sip_keyed_hash hash;

	sip_keyed_hash_start(&hash, tcp->hash_key);
	sip_flow_hash(&hash, flow);
	sip_keyed_hash_end(&hash, key);
}

struct sip_tcp_connection *sip_tcp_table_find(
	const struct sip_tcp *tcp, const struct sip_flow *flow)
{
	struct sip_tcp_connection *connection;
	uint8_t key[SIP_KEYED_HASH_LEN];

	make_key(tcp, flow, key);
	HASH_FIND(hh, tcp->by_key, key, sizeof(key), connection);
	return connection;
}

/* A list that had nobody got its first one. */
static void arm(struct sip_tcp *tcp)
{
	const struct sip_tcp_connection *waiting = TAILQ_FIRST(&tcp->waiting);
	const struct sip_tcp_connection *idle = TAILQ_FIRST(&tcp->idle);
	uint64_t now = clock_now_ms(&tcp->clock), wait_ms;
	struct timeval wait;

	if (!idle || (waiting && waiting->due_ms < idle->due_ms))
		idle = waiting;
	wait_ms = idle->due_ms > now ? idle->due_ms - now : 0;
	wait = (struct timeval){
		.tv_sec = (time_t)(wait_ms / 1000),
		.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000),
	};
	event_add(tcp->timer, &wait);
}

static struct sip_tcp_list *list_of(struct sip_tcp_connection *connection)
{
	return connection->waits ? &connection->tcp->waiting : &connection->tcp->idle;
}

static void enter_list(struct sip_tcp_connection *connection, bool waits)
{
	struct sip_tcp *tcp = connection->tcp;

	connection->waits = waits;
	connection->due_ms =
		clock_now_ms(&tcp->clock) + (waits ? tcp->limits.half_ms : tcp->limits.idle_ms);
	TAILQ_INSERT_TAIL(list_of(connection), connection, link);
	if (TAILQ_FIRST(list_of(connection)) == connection)
		arm(tcp);
}

void sip_tcp_table_wait(struct sip_tcp_connection *connection, bool waits)
{
	TAILQ_REMOVE(list_of(connection), connection, link);
	enter_list(connection, waits);
}

static int make_events(struct sip_tcp_connection *connection)
{
	struct event_base *base = connection->tcp->base;

	connection->readable = event_new(base, connection->fd, EV_READ | EV_PERSIST,
		sip_tcp_connection_readable, connection);
	connection->writable = event_new(base, connection->fd, EV_WRITE | EV_PERSIST,
		sip_tcp_connection_writable, connection);
	if (!connection->readable || !connection->writable)
		return -ENOMEM;
	return event_add(connection->connecting ? connection->writable : connection->readable, NULL)
		       ? -ENOMEM
		       : 0;
}

static void release(struct sip_tcp_connection *connection)
{
	if (connection->readable)
		event_free(connection->readable);
	if (connection->writable)
		event_free(connection->writable);
	close(connection->fd);
	free(connection->in);
	free(connection->out);
	free(connection);
}

int sip_tcp_table_add(struct sip_tcp *tcp, int fd, const struct sip_flow *flow, bool connecting,
	struct sip_tcp_connection **out)
{
	struct sip_tcp_connection *connection;

	if (tcp->count >= tcp->limits.connections_max ||
		!sip_tcp_source_take(tcp, &flow->remote.address)) {
		close(fd);
		return -EUSERS;
	}
	connection = calloc(1, sizeof(*connection));
	if (!connection) {
		close(fd);
		goto give_source;
	}
	connection->tcp = tcp;
	connection->fd = fd;
	connection->flow = *flow;
	connection->connecting = connecting;
	make_key(tcp, flow, connection->key);
	if (make_events(connection))
		goto release_connection;
	HASH_ADD(hh, tcp->by_key, key, sizeof(connection->key), connection);
	if (!connection->hh.tbl)
		goto release_connection;
	tcp->count++;
	enter_list(connection, true);
	*out = connection;
	return 0;

release_connection:
	release(connection);
give_source:
	sip_tcp_source_give(tcp, &flow->remote.address);
	return -ENOMEM;
}

void sip_tcp_table_remove(struct sip_tcp_connection *connection)
{
	struct sip_tcp *tcp = connection->tcp;
	struct sip_flow flow = connection->flow;

	HASH_DELETE(hh, tcp->by_key, connection);
	TAILQ_REMOVE(list_of(connection), connection, link);
	sip_tcp_source_give(tcp, &flow.remote.address);
	tcp->count--;
	tcp->buffered -= connection->in_size + connection->out_len;
	release(connection);
	if (tcp->entry)
		sip_entry_flow_failed(tcp->entry, &flow);
}
