/* SPDX-License-Identifier: BSD-3-Clause */
/* All that one worker needs on the packet's way; nobody else touches it, but for the other ends of
 * the rings between workers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fragment_id.h"
#include "fragments.h"
#include "policy.h"
#include "sa_table.h"
#include "token_bucket.h"
#include "worker_counters.h"

#define PATH_WORKERS_MAX 16

struct icv;
struct rte_mempool;
struct rte_ring;
struct sa_channel;
struct sa_owner;

enum path_side { PATH_OUTSIDE, PATH_INSIDE, PATH_SIDES };

struct path_port {
	uint16_t id, queue; /* of ethdev */
	uint16_t mtu;       /* octets of the largest IP packet */
	bool deaf; /* there is no receive queue for this worker: what comes is handed over */
};

/* To and from the other workers, by the side that a packet came from; [n]: worker n, NULL for this
 * one. One writer and one reader each. */
struct path_hand_over {
	const struct sa_owner *owner;
	uint32_t workers;           /* in all; 0, 1: there is nobody else */
	uint32_t first[PATH_SIDES]; /* whose turn it is to be asked first */
	struct rte_ring *to[PATH_SIDES][PATH_WORKERS_MAX], *from[PATH_SIDES][PATH_WORKERS_MAX];
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
	struct sa_channel *channel; /* to the control plane; NULL: nobody listens */
	uint32_t worker;            /* its number in the channel */
	unsigned events;            /* sent since the control plane was woken */
	struct path_hand_over hand_over;
	struct fragment_ids fragment_ids; /* of what is cut */
	struct fragments fragments;       /* what waits for the rest of its packet */
};
