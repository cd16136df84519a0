/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet that is longer than the MTU, in pieces (RFC 791 §3.2, RFC 8200 §4.5). Of ESP it is the
 * sealed packet that is cut, never what is inside (RFC 4303 §3.3.4). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ip_packet.h"

/* The fragment of whole from *offset on, at most mtu octets, into out; *offset moves behind it,
 * beginning with 0. whole's fragment_id is all fragments'. Its length; 0 after the last one, or
 * where mtu has no room for 8 octets of the body. */
size_t ip_fragment_next(const struct ip_packet *whole, size_t mtu, size_t *offset, uint8_t *out)
	__attribute__((warn_unused_result));
