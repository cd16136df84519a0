/* SPDX-License-Identifier: BSD-3-Clause */
/* What ESP in transport mode changes in an IP header (RFC 4303 §3.1.1). */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_byteorder.h>

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

/* IPv4's checksum once two of its words have changed: it follows by them alone (RFC 1624 §3), so
 * that a header that was wrong stays wrong. All as they lie in memory, which is as good as network
 * order (RFC 1071 §2); was, is: the two words' sums. */
static inline uint16_t ip_header_checksum(uint16_t checksum, uint32_t was, uint32_t is)
{
	uint32_t sum = (uint16_t)~checksum + is + (0x1fffe - was);

	/* Its halves added, with the carry, are the upper half of the sum of it and of it with its
	 * halves exchanged; taken from ~sum instead, their complement. */
	return (uint16_t)((~sum - (sum << 16 | sum >> 16)) >> 16);
}

/* Of Ethernet and IPv4 without options: in registers, since the CPU holds up what reads where
 * shorter pieces have just been written. */
static inline void ip_header_rewrite_usual(uint8_t *frame, int by, unsigned len, uint8_t protocol)
{
	const uint16_t len_there = rte_cpu_to_be_16((uint16_t)len);
	uint8_t begin[16];
	uint64_t middle, sum_on; /* from length to protocol, from checksum on */
	uint16_t end;
	uint32_t was;

	_Static_assert(WIRE_ETHER_LEN + WIRE_IPV4_TOTAL_AT == 16 &&
			       WIRE_ETHER_LEN + WIRE_IPV4_PROTOCOL_AT == 23 &&
			       WIRE_ETHER_LEN + WIRE_IPV4_CHECKSUM_AT == 24 &&
			       WIRE_ETHER_LEN + WIRE_IPV4_LEN == 34 &&
			       __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
		"where they lie");
	memcpy(begin, frame, 16);
	memcpy(&middle, frame + 16, 8);
	memcpy(&sum_on, frame + 24, 8);
	memcpy(&end, frame + 32, 2);
	was = (uint16_t)middle + (uint32_t)(middle >> 56 << 8);
	middle = (middle & 0x00ffffffffff0000) | len_there | (uint64_t)protocol << 56;
	sum_on = (sum_on & 0xffffffffffff0000) |
		 ip_header_checksum((uint16_t)sum_on, was, len_there + protocol * 256u);
	frame += by;
	memcpy(frame, begin, 16);
	memcpy(frame + 16, &middle, 8);
	memcpy(frame + 24, &sum_on, 8);
	memcpy(frame + 32, &end, 2);
}

uint8_t *ip_header_rewrite_any(uint8_t *frame, unsigned link_len, int by, uint8_t family,
	unsigned header_len, unsigned len, uint8_t protocol);

/* Moves a frame's link and IP headers by some octets forward (positive) or backward, and sets
 * protocol and length where they are then. link_len: Ethernet and its tags. Returns where the IP
 * header is now. */
static inline uint8_t *ip_header_rewrite(uint8_t *frame, unsigned link_len, int by, uint8_t family,
	unsigned header_len, unsigned len, uint8_t protocol)
{
	if (likely(family == NET_IPV4 && link_len == WIRE_ETHER_LEN &&
		    header_len == WIRE_IPV4_LEN)) {
		ip_header_rewrite_usual(frame, by, len, protocol);
		return frame + by + WIRE_ETHER_LEN;
	}
	return ip_header_rewrite_any(frame, link_len, by, family, header_len, len, protocol);
}
