/* SPDX-License-Identifier: BSD-3-Clause */
/* A next hop on another host: the same call as a local one, and a socket behind it. */
#pragma once

#include "sip_entry.h"

struct sip_remote_hop {
	struct sip_entry *entry;
	struct sip_flow flow; /* from our endpoint, where its responses arrive, to the peer's */
};

/* Requests get the own endpoint as the sent-by of their top Via, which the element has pushed
 * (§18.1.1), and leave by the flow, with the core's timers. hop outlives the result. */
struct sip_next_hop sip_remote_hop(struct sip_remote_hop *hop);
