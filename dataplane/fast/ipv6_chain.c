/* SPDX-License-Identifier: BSD-3-Clause */
/* Called by parse for packets with extension headers, and where ESP comes off them or goes on. */
#include "ipv6_chain.h"

#include "bytes.h"

static unsigned extension_len(const uint8_t *extension, uint8_t kind)
{
	if (kind == WIRE_FRAGMENT)
		return WIRE_FRAGMENT_LEN;
	return (extension[1] + 1u) * WIRE_EXTENSION_UNIT;
}

/* at: in the packet, where this header begins. */
static bool is_carried(const uint8_t *extension, uint8_t kind, unsigned at)
{
	switch (kind) {
	case WIRE_HOP_BY_HOP:
		return at == WIRE_IPV6_LEN; /* §4.1: only there */
	case WIRE_ROUTING:
		return extension[WIRE_ROUTING_LEFT_AT] == 0;
	case WIRE_FRAGMENT:
	case WIRE_DESTINATION:
		return true;
	default:
		return false;
	}
}

static bool is_fragment(const uint8_t *extension, uint8_t kind)
{
	return kind == WIRE_FRAGMENT && bytes_load_be16(extension + WIRE_FRAGMENT_AT) &
						(WIRE_FRAGMENT_OFFSET | WIRE_FRAGMENT_MORE);
}

bool ipv6_chain_walk(const uint8_t *ip, unsigned len, struct ipv6_chain *out)
{
	unsigned at = WIRE_IPV6_LEN, next_at = WIRE_IPV6_NEXT_AT, headers = 0;

	out->hop_len = WIRE_IPV6_LEN;
	out->hop_next_at = WIRE_IPV6_NEXT_AT;
	while (ipv6_chain_is_extension(ip[next_at])) {
		const uint8_t *extension = ip + at;
		uint8_t kind = ip[next_at];

		if (headers++ == IPV6_CHAIN_HEADERS_MAX || len - at < WIRE_EXTENSION_UNIT ||
			!is_carried(extension, kind, at))
			return false;
		if (is_fragment(extension, kind))
			break;
		if (extension_len(extension, kind) > len - at)
			return false;
		next_at = at;
		at += extension_len(extension, kind);
		if (kind == WIRE_HOP_BY_HOP || kind == WIRE_ROUTING) {
			out->hop_len = (uint16_t)at;
			out->hop_next_at = (uint16_t)next_at;
		}
	}
	out->len = (uint16_t)at;
	out->protocol = ip[next_at];
	return true;
}

unsigned ipv6_chain_last(const uint8_t *ip, unsigned header_len)
{
	unsigned at = WIRE_IPV6_LEN, next_at = WIRE_IPV6_NEXT_AT;

	while (at < header_len) {
		uint8_t kind = ip[next_at];

		next_at = at;
		at += extension_len(ip + at, kind);
	}
	return next_at;
}
