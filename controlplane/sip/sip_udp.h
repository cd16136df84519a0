/* SPDX-License-Identifier: BSD-3-Clause */
/* The UDP sockets: one per local endpoint. What arrives goes to the entry with its flow. */
#pragma once

#include "sip_entry.h"

struct sip_udp;

/* 0 or -ENOMEM. */
int sip_udp_create(struct event_base *base, struct sip_entry *entry, struct sip_udp **out)
	__attribute__((warn_unused_result));
void sip_udp_destroy(struct sip_udp *udp);

/* 0, or -errno of socket or bind. *bound may be NULL. */
int sip_udp_listen(struct sip_udp *udp, const struct net_endpoint *local,
	struct net_endpoint *bound) __attribute__((warn_unused_result));

/* Leaves from the local endpoint that the flow names. 0, -ENOTCONN (no such socket) or -errno. */
int sip_udp_send(struct sip_udp *udp, const struct sip_flow *flow, const void *octets, size_t len)
	__attribute__((warn_unused_result));
