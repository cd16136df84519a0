/* SPDX-License-Identifier: BSD-3-Clause */
/* The sockets: one per local endpoint, all in one event loop. What arrives goes to the entry with
 * its flow; what is sent leaves from the local endpoint that its flow names (port_pc). */
#pragma once

#include "sip_entry.h"

struct sip_transport;

/* Creates the entry, too, with settings->sender replaced by itself. 0 or -errno. */
int sip_transport_create(const struct sip_entry_settings *settings, struct sip_transport **out)
	__attribute__((warn_unused_result));

/* Binds; requests to this endpoint reach the element. port 0: any, told in *bound (may be NULL).
 * 0; -EPROTONOSUPPORT for TCP; -errno of socket or bind (-EADDRNOTAVAIL, -EADDRINUSE, …). */
int sip_transport_listen(struct sip_transport *transport, enum sip_transport_kind kind,
	const struct net_endpoint *local, struct net_endpoint *bound)
	__attribute__((warn_unused_result));

struct sip_entry *sip_transport_entry(struct sip_transport *transport);

void sip_transport_destroy(struct sip_transport *transport);
