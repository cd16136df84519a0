/* SPDX-License-Identifier: BSD-3-Clause */
/* The outermost shell: an IPv4 packet without options (RFC 791), or an IPv6 one without extension
 * headers but the fragment's (RFC 8200), built and taken apart. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

#define IP_PACKET_MAX        65535
#define IP_PACKET_HEADER_MAX 48 /* IPv6 and its fragment header */

enum ip_protocol {
	IP_PROTOCOL_TCP = 6,
	IP_PROTOCOL_UDP = 17,
	IP_PROTOCOL_FRAGMENT = 44,
	IP_PROTOCOL_ESP = 50,
};

/* body points into the packet. The whole is one that has neither offset nor more to come. */
struct ip_packet {
	struct net_address source, destination;
	uint8_t protocol, traffic_class, hop_limit; /* hop_limit 0: built as 64 */
	bool more_fragments;
	uint16_t fragment_offset; /* octets */
	uint32_t fragment_id;
	const uint8_t *body;
	size_t body_len;
};

bool ip_packet_is_fragment(const struct ip_packet *packet);

/* Octets of the headers that ip_packet_build writes. */
size_t ip_packet_header_len(const struct ip_packet *packet);

/* Headers and a copy of the body into out; the packet's length, or 0 where cap is too small. */
size_t ip_packet_build(const struct ip_packet *packet, uint8_t *out, size_t cap)
	__attribute__((warn_unused_result));

/* 0, or -EINVAL: truncated, neither IPv4 nor IPv6, a wrong header checksum. IPv4's options are
 * skipped; an extension header of IPv6 that is not the fragment's stands as protocol. */
int ip_packet_parse(const uint8_t *bytes, size_t len, struct ip_packet *out)
	__attribute__((warn_unused_result));

/* RFC 1071 over len octets, continued from start; folded, not inverted. */
uint16_t ip_packet_sum(uint32_t start, const uint8_t *bytes, size_t len);

/* The sum of the pseudo header (RFC 9293 §3.1, RFC 8200 §8.1) of len octets of the protocol. */
uint16_t ip_packet_pseudo_sum(const struct net_address *source,
	const struct net_address *destination, uint8_t protocol, size_t len);
