/* SPDX-License-Identifier: BSD-3-Clause */
/* Fragments put together again (RFC 791 §3.2, RFC 8200 §4.5); for those of the own kernel, which
 * come in order and soon: so there is no timer, the oldest packet gives way to a new one. */
#pragma once

#include "ip_packet.h"

#define IP_REASSEMBLY_PACKETS 4

struct ip_reassembly_packet {
	struct ip_packet first; /* of the fragment that came first; NET_NONE: free */
	uint64_t age;           /* of the fragment that came first */
	size_t total, filled;   /* octets; total 0: the last fragment is not there yet */
	size_t reach;           /* where the one that is the furthest ends */
	uint8_t have[IP_PACKET_MAX / 8 / 8 + 1]; /* a bit for 8 octets */
	uint8_t body[IP_PACKET_MAX];
};

struct ip_reassembly {
	uint64_t age;
	struct ip_reassembly_packet packets[IP_REASSEMBLY_PACKETS];
};

/* 0 and the whole packet, whose body is good until the next call; -EAGAIN where fragments are
 * missing; -EINVAL where they do not fit together: all of them are forgotten (RFC 5722 §3). */
int ip_reassembly_add(struct ip_reassembly *reassembly, const struct ip_packet *fragment,
	struct ip_packet *out) __attribute__((warn_unused_result));
