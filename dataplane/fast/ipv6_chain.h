/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6's extension headers: where the payload begins, and what it is (RFC 8200 §4). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

#define IPV6_CHAIN_HEADERS_MAX 8 /* a walk has an end, whatever a packet holds */

struct ipv6_chain {
	uint16_t len;         /* octets up to the payload or the fragment header, base included */
	uint16_t hop_len;     /* those that each hop reads: what every fragment repeats (§4.5) */
	uint16_t hop_next_at; /* the octet that names what is behind them */
	uint8_t protocol;     /* of the payload; WIRE_FRAGMENT: a fragment, at len */
};

static inline bool ipv6_chain_is_extension(uint8_t next)
{
	return next == WIRE_HOP_BY_HOP || next == WIRE_ROUTING || next == WIRE_FRAGMENT ||
	       next == WIRE_AUTHENTICATION || next == WIRE_DESTINATION || next == WIRE_MOBILITY ||
	       next == WIRE_HIP || next == WIRE_SHIM6;
}

/* ip[0 .. len): a packet whose base header is there. A fragment header that cuts nothing (RFC 6946)
 * is one like any other. False where this path does not look through: a header that is cut off, of
 * another kind, out of its place, more than IPV6_CHAIN_HEADERS_MAX of them, or a route that does
 * not end here. */
bool ipv6_chain_walk(const uint8_t *ip, unsigned len, struct ipv6_chain *out);

/* Where the payload's protocol is named, in headers that were walked before: header_len is their
 * octets, base included. */
unsigned ipv6_chain_last(const uint8_t *ip, unsigned header_len);
