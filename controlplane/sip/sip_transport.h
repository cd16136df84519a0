/* SPDX-License-Identifier: BSD-3-Clause */
/* The sockets, both transports in one event loop. What arrives goes to the entry with its flow;
 * what is sent leaves from the local endpoint that its flow names (port_pc). */
#pragma once

#include "sip_entry.h"
#include "sip_tcp.h"

struct sip_transport;

/* Creates the entry, too, with settings->sender replaced by itself. 0 or -errno. */
int sip_transport_create(const struct sip_entry_settings *settings,
	const struct sip_tcp_limits *limits, struct sip_transport **out)
	__attribute__((warn_unused_result));

/* Binds; requests to this endpoint reach the element. port 0: any, told in *bound (may be NULL).
 * UDP also sends from it; TCP sends from an endpoint that does not listen.
 * 0; -errno of socket, bind or listen (-EADDRNOTAVAIL, -EADDRINUSE, …). */
int sip_transport_listen(struct sip_transport *transport, enum sip_transport_kind kind,
	const struct net_endpoint *local, struct net_endpoint *bound)
	__attribute__((warn_unused_result));

struct sip_entry *sip_transport_entry(struct sip_transport *transport);

/* TCP connections that live now; octets that wait in all of them. */
size_t sip_transport_connections(const struct sip_transport *transport);
size_t sip_transport_buffered(const struct sip_transport *transport);

void sip_transport_destroy(struct sip_transport *transport);
