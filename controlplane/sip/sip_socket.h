/* SPDX-License-Identifier: BSD-3-Clause */
/* A socket at one endpoint, as both transports want it: not blocking, of one family only. */
#pragma once

#include "sip_flow.h"

/* Bound, not yet listening. reuse: several sockets may be bound to the endpoint (connections from
 * one port to many peers; a restart while old ones end). port 0: any, told in *bound, which may
 * be NULL. 0, or -errno of socket or bind. */
int sip_socket_open(enum sip_transport_kind kind, const struct net_endpoint *local, bool reuse,
	struct net_endpoint *bound, int *out) __attribute__((warn_unused_result));
