/* SPDX-License-Identifier: BSD-3-Clause */
/* What ESP in transport mode changes in an IP header (RFC 4303 §3.1.1). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_branch_prediction.h>

#include "bytes.h"
#include "net_address.h"
#include "wire.h"

/* RFC 1071. header_len: 20 … 60, a multiple of 4. */
bool ip_header_checksum_ok(const uint8_t *ip, unsigned header_len);

/* The same where there are no options: no loop. */
static inline bool ip_header_checksum_ok_20(const uint8_t *ip)
{
	uint64_t first, second, sum;
	uint32_t last, folded;

	memcpy(&first, ip, sizeof(first));
	memcpy(&second, ip + 8, sizeof(second));
	memcpy(&last, ip + 16, sizeof(last));
	/* Carries come back in at the low end, in any width. Whether one comes is not to be
	 * guessed, so that nothing may branch on it. */
	sum = first + second;
	sum += sum < second;
	sum += last;
	sum += sum < last;
	folded = (uint32_t)sum + (uint32_t)(sum >> 32);
	folded += folded < (uint32_t)sum;
	/* Both halves' sum with its carry, in the upper one. Never 0 where the version is 4. */
	folded += folded << 16 | folded >> 16;
	return folded >> 16 == 0xffff;
}

/* Sets protocol and length, and IPv4's checksum anew: only over a header that was right before.
 * header_len: IPv6's extension headers included, whose last one names the protocol.
 * len: octets of the whole packet, headers included. */
void ip_header_set(
	uint8_t *ip, uint8_t family, unsigned header_len, unsigned len, uint8_t protocol);

void ip_header_set_ipv6(uint8_t *ip, unsigned header_len, unsigned len, uint8_t protocol);

static inline const uint8_t *ip_header_source(const uint8_t *ip, uint8_t family)
{
	return ip + (family == NET_IPV4 ? WIRE_IPV4_SOURCE_AT : WIRE_IPV6_SOURCE_AT);
}

static inline const uint8_t *ip_header_target(const uint8_t *ip, uint8_t family)
{
	return ip + (family == NET_IPV4 ? WIRE_IPV4_TARGET_AT : WIRE_IPV6_TARGET_AT);
}

#define IP_HEADER_NO_ADDRESS UINT64_MAX /* no IPv4 address is this number */

/* An IPv4 address as a number to compare, in network order. */
static inline uint64_t ip_header_ipv4(const uint8_t *address)
{
	uint32_t number;

	memcpy(&number, address, sizeof(number));
	return number;
}

/* a, b: 4 or 16 octets, by the family. */
static inline bool ip_header_same_address(uint8_t family, const uint8_t *a, const uint8_t *b)
{
	return family == NET_IPV4 ? memcmp(a, b, 4) == 0 : memcmp(a, b, 16) == 0;
}

static inline void ip_header_copy_address(uint8_t family, uint8_t *to, const uint8_t *from)
{
	if (family == NET_IPV4)
		memcpy(to, from, 4);
	else
		memcpy(to, from, 16);
}

/* Moves a frame's link and IP headers by some octets forward (positive) or backward. link_len:
 * Ethernet and its tags. */
static inline void ip_header_move(uint8_t *frame, unsigned link_len, unsigned header_len, int by)
{
	uint8_t headers[WIRE_ETHER_LEN + WIRE_IPV4_LEN];

	if (unlikely(link_len != WIRE_ETHER_LEN || header_len != WIRE_IPV4_LEN)) {
		memmove(frame + by, frame, link_len + header_len);
		return;
	}
	/* The common case, of a length that the compiler knows: a few registers. */
	memcpy(headers, frame, sizeof(headers));
	memcpy(frame + by, headers, sizeof(headers));
}

/* IPv4's checksum once length and protocol are these ones: it follows by what changes (RFC 1624
 * §3), so that a header that was wrong stays wrong. */
static inline uint16_t ip_header_checksum(const uint8_t *ip, unsigned len, uint8_t protocol)
{
	uint32_t sum = (uint16_t)~bytes_load_be16(ip + WIRE_IPV4_CHECKSUM_AT);

	sum += (uint16_t)~bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT) + len;
	sum += (uint16_t)~ip[WIRE_IPV4_PROTOCOL_AT] + protocol;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Moves the headers, and sets protocol and length where they are then. Nothing is read where
 * something was just written: the CPU would wait for it. Returns where the IP header is now. */
static inline uint8_t *ip_header_rewrite(uint8_t *frame, unsigned link_len, int by, uint8_t family,
	unsigned header_len, unsigned len, uint8_t protocol)
{
	uint8_t *ip = frame + link_len;
	uint16_t checksum;

	if (family == NET_IPV6) {
		ip_header_move(frame, link_len, header_len, by);
		ip_header_set_ipv6(ip + by, header_len, len, protocol);
		return ip + by;
	}
	checksum = ip_header_checksum(ip, len, protocol);
	ip_header_move(frame, link_len, header_len, by);
	ip += by;
	bytes_store_be16(ip + WIRE_IPV4_TOTAL_AT, (uint16_t)len);
	ip[WIRE_IPV4_PROTOCOL_AT] = protocol;
	bytes_store_be16(ip + WIRE_IPV4_CHECKSUM_AT, checksum);
	return ip;
}
