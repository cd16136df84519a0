/* SPDX-License-Identifier: BSD-3-Clause */
/* Between which two endpoints a message travels. */
#pragma once

#include "net_address.h"
#include "sip_keyed_hash.h"

enum sip_transport_kind { SIP_UDP, SIP_TCP };

/* A received message came from remote to local; one to be sent leaves local toward remote.
 * remote.address.family NET_NONE: not decided. */
struct sip_flow {
	enum sip_transport_kind transport;
	struct net_endpoint local, remote;
};

bool sip_flow_equal(const struct sip_flow *a, const struct sip_flow *b);

/* Adds all of it to a hash that was started. */
void sip_flow_hash(struct sip_keyed_hash *hash, const struct sip_flow *flow);
