/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection: octets in, messages to the entry; answers out. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "log.h"
#include "sip_tcp_state.h"

#define IN_MIN  ((size_t)2048)
#define OUT_MAX ((size_t)256 * 1024)

/* It may be in use up the stack: it goes at the end of its input, or by its event. */
static void die(struct sip_tcp_connection *connection, uint64_t *counter)
{
	if (connection->dead)
		return;
	(*counter)++;
	connection->dead = true;
	if (!connection->busy)
		event_active(connection->readable, EV_READ, 0);
}

static bool is_waiting(const struct sip_tcp_connection *connection)
{
	return connection->connecting || connection->in || connection->out || connection->ended ||
	       connection->drained;
}

/* Within the bound of one connection and of all. */
static bool has_room(const struct sip_tcp_connection *connection, size_t more, size_t max)
{
	return more <= max &&
	       connection->tcp->buffered + more <= connection->tcp->limits.buffered_max;
}

/* Keeps what the kernel did not take. */
static int keep_output(struct sip_tcp_connection *connection, const char *octets, size_t len)
{
	char *grown;

	if (!has_room(connection, len, OUT_MAX - connection->out_len)) {
		die(connection, &connection->tcp->counters->tcp_full);
		return -ENOBUFS;
	}
	grown = realloc(connection->out, connection->out_len + len);
	if (!grown) {
		die(connection, &connection->tcp->counters->no_memory);
		return -ENOMEM;
	}
	memcpy(grown + connection->out_len, octets, len);
	if (!connection->out) {
		event_add(connection->writable, NULL);
		connection->out = grown;
		sip_tcp_table_wait(connection, true);
	}
	connection->out = grown;
	connection->out_len += len;
	connection->tcp->buffered += len;
	return 0;
}

/* "SIP/2.0 2…": what is not a request and not provisional. */
static bool is_final(const char *octets, size_t len)
{
	return len > 8 && memcmp(octets, "SIP/2.0 ", 8) == 0 && octets[8] != '1';
}

int sip_tcp_connection_send(struct sip_tcp_connection *connection, const void *octets, size_t len)
{
	ssize_t sent = 0;

	if (connection->dead || connection->drained)
		return -EPIPE;
	if (is_final(octets, len) && connection->owed > 0)
		connection->owed--;
	if (!connection->connecting && !connection->out) {
		sent = send(connection->fd, octets, len, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			int error = -errno;

			die(connection, &connection->tcp->counters->tcp_failed);
			return error;
		}
		sent = sent < 0 ? 0 : sent;
	}
	if ((size_t)sent < len) {
		int error =
			keep_output(connection, (const char *)octets + sent, len - (size_t)sent);

		if (error)
			return error;
	}
	if (connection->ended && connection->owed == 0 && !connection->out && !connection->busy)
		event_active(connection->readable, EV_READ, 0);
	return 0;
}

/* The last words are out; what comes until the peer ends is dropped, since closing at once would
 * destroy them on the way. */
static void finish(struct sip_tcp_connection *connection)
{
	shutdown(connection->fd, SHUT_WR);
	event_del(connection->writable);
}

static void break_off(struct sip_tcp_connection *connection, const char *octets,
	const struct sip_stream_piece *piece)
{
	static struct log_meter meter;
	char source[NET_TEXT_MAX];

	log_metered(&meter, LOG_INFO, "source=%s: TCP connection refused: %s",
		net_endpoint_print(&connection->flow.remote, source), piece->fault);
	connection->tcp->counters->tcp_broken++;
	sip_entry_refuse(
		connection->tcp->entry, octets, piece->len, &connection->flow, piece->fault);
	connection->drained = true;
	if (!connection->out)
		finish(connection);
}

static void take_message(struct sip_tcp_connection *connection, const char *octets, size_t len)
{
	if (len < 4 || memcmp(octets, "SIP/", 4) != 0)
		connection->owed++;
	sip_entry_receive(connection->tcp->entry, octets, len, &connection->flow);
}

/* Returns what was not used: half a message. */
static size_t take_pieces(struct sip_tcp_connection *connection, const char *octets, size_t len)
{
	struct sip_counters *counters = connection->tcp->counters;
	const char *at = octets, *end = octets + len;

	while (!connection->dead && !connection->drained) {
		struct sip_stream_piece piece =
			sip_stream_next(&connection->stream, at, (size_t)(end - at));

		switch (piece.kind) {
		case SIP_STREAM_MORE:
			return (size_t)(end - at);
		case SIP_STREAM_BROKEN:
			break_off(connection, at, &piece);
			break;
		case SIP_STREAM_MESSAGE:
			take_message(connection, at, piece.len);
			break;
		case SIP_STREAM_PING:
			if (sip_tcp_connection_send(connection, "\r\n", 2) == 0)
				counters->keep_alives_answered++;
			/* fall through */
		case SIP_STREAM_BLANK:
			counters->keep_alives++;
		}
		at += piece.len;
	}
	return 0;
}

/* Room for len octets in all; doubled, so that small segments do not copy it over and over. */
static bool grow_input(struct sip_tcp_connection *connection, size_t len)
{
	struct sip_tcp *tcp = connection->tcp;
	size_t size = connection->in_size > 0 ? connection->in_size : IN_MIN;
	char *grown;

	while (size < len)
		size *= 2;
	if (size == connection->in_size)
		return true;
	if (!has_room(connection, size - connection->in_size, SIZE_MAX)) {
		die(connection, &tcp->counters->tcp_full);
		return false;
	}
	grown = realloc(connection->in, size);
	if (!grown) {
		die(connection, &tcp->counters->no_memory);
		return false;
	}
	tcp->buffered += size - connection->in_size;
	connection->in = grown;
	connection->in_size = size;
	return true;
}

static void forget_input(struct sip_tcp_connection *connection)
{
	connection->tcp->buffered -= connection->in_size;
	free(connection->in);
	connection->in = NULL;
	connection->in_len = connection->in_size = 0;
}

/* What came, behind the half message that is there; a half one stays. */
static void take_input(struct sip_tcp_connection *connection, const char *came, size_t len)
{
	size_t all = connection->in_len + len, left;

	if (connection->in) {
		if (!grow_input(connection, all))
			return;
		memcpy(connection->in + connection->in_len, came, len);
		came = connection->in;
	}
	connection->busy = true;
	left = take_pieces(connection, came, all);
	connection->busy = false;
	if (left == 0)
		forget_input(connection);
	else if (!grow_input(connection, left))
		return;
	else if (came != connection->in || left < all)
		memmove(connection->in, came + all - left, left);
	connection->in_len = left;
	/* The wait begins anew when a message is complete, not with each octet. */
	if (left < all || !connection->waits)
		sip_tcp_table_wait(connection, is_waiting(connection));
}

/* The peer sends no more. It may still want its answers. */
static void end_of_input(struct sip_tcp_connection *connection)
{
	if (connection->in)
		connection->tcp->counters->tcp_half++;
	if (connection->drained || (connection->owed == 0 && !connection->out)) {
		connection->dead = true;
		return;
	}
	connection->ended = true;
	event_del(connection->readable);
	sip_tcp_table_wait(connection, true);
}

void sip_tcp_connection_readable(evutil_socket_t fd, short what, void *context)
{
	struct sip_tcp_connection *connection = context;
	struct sip_tcp *tcp = connection->tcp;
	ssize_t len;

	(void)what;
	if (connection->dead || (connection->ended && connection->owed == 0)) {
		sip_tcp_table_remove(connection);
		return;
	}
	len = recv(fd, tcp->scratch, sizeof(tcp->scratch), 0);
	if (len > 0 && !connection->drained) {
		take_input(connection, tcp->scratch, (size_t)len);
	} else if (len == 0) {
		end_of_input(connection);
	} else if (len < 0 && errno != EAGAIN && errno != EINTR) {
		tcp->counters->tcp_failed++;
		connection->dead = true;
	}
	if (connection->dead)
		sip_tcp_table_remove(connection);
}

static int flush(struct sip_tcp_connection *connection)
{
	size_t at = 0;

	while (at < connection->out_len) {
		ssize_t sent = send(connection->fd, connection->out + at, connection->out_len - at,
			MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (sent < 0)
			break;
		at += (size_t)sent;
	}
	connection->tcp->buffered -= at;
	connection->out_len -= at;
	if (connection->out_len > 0) {
		memmove(connection->out, connection->out + at, connection->out_len);
		return 0;
	}
	free(connection->out);
	connection->out = NULL;
	event_del(connection->writable);
	if (connection->drained)
		finish(connection);
	sip_tcp_table_wait(connection, is_waiting(connection));
	return 0;
}

/* The result of connect. */
static int established(struct sip_tcp_connection *connection)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return -errno;
	if (error)
		return -error;
	connection->connecting = false;
	return event_add(connection->readable, NULL) ? -ENOMEM : 0;
}

void sip_tcp_connection_writable(evutil_socket_t fd, short what, void *context)
{
	struct sip_tcp_connection *connection = context;
	int error = connection->connecting ? established(connection) : 0;

	(void)fd, (void)what;
	if (!error)
		error = flush(connection);
	if (error)
		connection->tcp->counters->tcp_failed++;
	if (error || (connection->ended && connection->owed == 0 && !connection->out))
		sip_tcp_table_remove(connection);
}
