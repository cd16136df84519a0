/* SPDX-License-Identifier: BSD-3-Clause */
/* What ESP in transport mode changes in an IP header (RFC 4303 §3.1.1). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "net_address.h"
#include "wire.h"

/* RFC 1071. header_len: 20 … 60, a multiple of 4. */
bool ip_header_checksum_ok(const uint8_t *ip, unsigned header_len);

/* Sets protocol and length, and IPv4's checksum anew: only over a header that was right before.
 * len: octets of the whole packet, header included. */
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
