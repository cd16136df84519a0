/* SPDX-License-Identifier: BSD-3-Clause */
/* Between which two endpoints a message travels. */
#pragma once

#include "net_address.h"

enum sip_transport_kind { SIP_UDP, SIP_TCP };

/* A received message came from remote to local; one to be sent leaves local toward remote.
 * remote.address.family NET_NONE: not decided. */
struct sip_flow {
	enum sip_transport_kind transport;
	struct net_endpoint local, remote;
};
