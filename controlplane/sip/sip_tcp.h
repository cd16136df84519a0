/* SPDX-License-Identifier: BSD-3-Clause */
/* SIP over TCP: listeners, and the connections that they accept or that requests open. Messages
 * go to the entry with the flow of their connection, and answers return on it. A connection that
 * ends says nothing about a registration. */
#pragma once

#include "sip_entry.h"

struct sip_tcp_limits {
	size_t connections_max;
	unsigned per_source_max; /* connections of one remote address */
	size_t buffered_max;     /* octets of half messages and unsent ones, of all connections */
	uint32_t half_ms; /* to open, to complete a message, to take an answer; also to begin one */
	uint32_t idle_ms; /* without anything; keep-alives count */
};

struct sip_tcp;

/* 0 or -ENOMEM. */
int sip_tcp_create(struct event_base *base, struct sip_entry *entry, const struct clock *clock,
	const struct sip_tcp_limits *limits, struct sip_tcp **out)
	__attribute__((warn_unused_result));
void sip_tcp_destroy(struct sip_tcp *tcp);

/* 0, or -errno of socket, bind or listen. *bound may be NULL. */
int sip_tcp_listen(struct sip_tcp *tcp, const struct net_endpoint *local,
	struct net_endpoint *bound) __attribute__((warn_unused_result));

/* On the open connection of this flow, else on a new one from its local endpoint (what it can not
 * deliver is told by sip_entry_flow_failed). 0: sent, or waits within the bounds. -ENOTCONN: none
 * is open, and none can leave from where we listen; -ENOBUFS; -errno. */
int sip_tcp_send(struct sip_tcp *tcp, const struct sip_flow *flow, const void *octets, size_t len)
	__attribute__((warn_unused_result));

/* Connections that live now; octets that wait in all of them. */
size_t sip_tcp_count(const struct sip_tcp *tcp);
size_t sip_tcp_buffered(const struct sip_tcp *tcp);
