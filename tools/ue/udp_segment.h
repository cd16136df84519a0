/* SPDX-License-Identifier: BSD-3-Clause */
/* What lies inside ESP: a UDP header and one SIP message (RFC 768). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "net_address.h"

#define UDP_HEADER_LEN 8

/* payload points into the segment. */
struct udp_segment {
	struct net_endpoint source, destination;
	const uint8_t *payload;
	size_t payload_len;
};

/* Header with checksum and a copy of the payload into out; the length, or 0: cap is too small. */
size_t udp_segment_build(const struct udp_segment *segment, uint8_t *out, size_t cap)
	__attribute__((warn_unused_result));

/* The addresses in out, set by the caller, are those of the IP header and count in the checksum,
 * which ESP does not excuse from being right. 0, or -EINVAL: length or checksum. */
int udp_segment_parse(const uint8_t *bytes, size_t len, struct udp_segment *out)
	__attribute__((warn_unused_result));
