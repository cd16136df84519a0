/* SPDX-License-Identifier: BSD-3-Clause */
/* All that one worker needs on the packet's way; nobody else touches it. */
#pragma once

#include <stdint.h>

#include "fragment_id.h"
#include "fragments.h"
#include "policy.h"
#include "sa_table.h"
#include "token_bucket.h"
#include "worker_counters.h"

struct icv;
struct rte_mempool;
struct sa_channel;

struct path_port {
	uint16_t id, queue; /* of ethdev */
	uint16_t mtu;       /* octets of the largest IP packet */
};

struct path {
	struct path_port outside, inside;
	struct sa_table table;
	struct icv *icv;
	struct rte_mempool *packets, *large; /* buffers: as the ports have them, and flat.h's */
	const struct policy *policy;
	struct token_bucket plain_sip; /* unprotected SIP from outside */
	struct token_bucket too_big;   /* answers to inside */
	struct worker_counters *counters;
	struct sa_channel *channel;       /* to the control plane; NULL: nobody listens */
	uint32_t worker;                  /* its number in the channel */
	unsigned events;                  /* sent since the control plane was woken */
	struct fragment_ids fragment_ids; /* of what is cut */
	struct fragments fragments;       /* what waits for the rest of its packet */
};
