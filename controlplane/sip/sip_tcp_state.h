/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside of sip_tcp only: the connections, and what they share. */
#pragma once

#include <sys/queue.h>

#include <event2/event.h>

#include "sip_stream.h"
#include "sip_tcp.h"
#include "table.h"

struct sip_tcp_connection {
	UT_hash_handle hh;
	TAILQ_ENTRY(sip_tcp_connection) link; /* in waiting or in idle */
	struct sip_tcp *tcp;
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct sip_flow flow;
	struct event *readable, *writable;
	uint64_t due_ms;
	char *in; /* of a half message; NULL: none */
	size_t in_len, in_size;
	char *out; /* what the kernel did not take yet; NULL: none */
	size_t out_len;
	struct sip_stream stream;
	unsigned owed; /* final answers to its requests */
	int fd;
	bool connecting;
	bool waits;   /* for the peer: in the list waiting */
	bool ended;   /* the peer sends no more; answers are owed */
	bool drained; /* we send no more, and what comes is dropped */
	bool busy;    /* its input is being handled: it may not go yet */
	bool dead;
};

TAILQ_HEAD(sip_tcp_list, sip_tcp_connection);

struct sip_tcp_listener;
struct sip_tcp_source;

struct sip_tcp {
	struct event_base *base;
	struct sip_entry *entry; /* NULL: all ends, nobody is told */
	struct sip_counters *counters;
	struct clock clock;
	struct sip_tcp_limits limits;
	SLIST_HEAD(, sip_tcp_listener) listeners;
	struct sip_tcp_connection *by_key;
	struct sip_tcp_source *sources;
	/* In order of due_ms without sorting: all of one list wait equally long. */
	struct sip_tcp_list waiting, idle;
	struct event *timer;
	size_t count, buffered;
	uint8_t hash_key[SIP_KEYED_HASH_LEN];
	char scratch[SIP_MESSAGE_MAX];
};

/* sip_tcp_source: how many connections each remote address has. False: at its limit. */
bool sip_tcp_source_take(struct sip_tcp *tcp, const struct net_address *address);
void sip_tcp_source_give(struct sip_tcp *tcp, const struct net_address *address);

/* sip_tcp_table: takes the descriptor. 0 or -ENOMEM, -EUSERS (a limit). */
int sip_tcp_table_add(struct sip_tcp *tcp, int fd, const struct sip_flow *flow, bool connecting,
	struct sip_tcp_connection **out) __attribute__((warn_unused_result));
struct sip_tcp_connection *sip_tcp_table_find(
	const struct sip_tcp *tcp, const struct sip_flow *flow);

/* Ends it, and whoever waits for an answer on it is told. Not from inside of a send. */
void sip_tcp_table_remove(struct sip_tcp_connection *connection);

/* It waits for the peer, or does not; how long is counted from now on. */
void sip_tcp_table_wait(struct sip_tcp_connection *connection, bool waits);

/* sip_tcp_connection: its events. */
void sip_tcp_connection_readable(evutil_socket_t fd, short what, void *context);
void sip_tcp_connection_writable(evutil_socket_t fd, short what, void *context);

/* 0: sent, or waits within the bounds; else it is about to end. */
int sip_tcp_connection_send(struct sip_tcp_connection *connection, const void *octets, size_t len)
	__attribute__((warn_unused_result));
