/* SPDX-License-Identifier: BSD-3-Clause */
/* The outermost shell: an IPv4 packet without options, built and taken apart (RFC 791). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

#define IPV4_HEADER_LEN 20
#define IPV4_PACKET_MAX 65535

enum ipv4_protocol { IPV4_TCP = 6, IPV4_UDP = 17, IPV4_ESP = 50 };

/* body points into the packet. */
struct ipv4_packet {
	struct net_address source, destination;
	uint8_t protocol;
	const uint8_t *body;
	size_t body_len;
};

/* Header and a copy of the body into out; the packet's length, or 0 where cap is too small. */
size_t ipv4_packet_build(const struct ipv4_packet *packet, uint8_t *out, size_t cap)
	__attribute__((warn_unused_result));

/* 0, or -EINVAL: truncated, not IPv4, a fragment, a wrong header checksum. Options are skipped. */
int ipv4_packet_parse(const uint8_t *bytes, size_t len, struct ipv4_packet *out)
	__attribute__((warn_unused_result));

/* RFC 1071 over len octets, continued from start; folded, not inverted. */
uint16_t ipv4_packet_sum(uint32_t start, const uint8_t *bytes, size_t len);
