/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of fragments share: packets of both families, and their own way to cut them. After
 * fixture.h. */
#pragma once

#define FRAGMENT_MORE true
#define FRAGMENT_LAST false

#define REMOTE6 "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x17"
#define LOCAL6  "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09"

static inline void fragment_maker_add_host6(void)
{
	struct net_address host = {.family = NET_IPV6};

	memcpy(host.bytes, LOCAL6, 16);
	policy_add_host(&fx.policy, &host, fx.rules);
}

/* An Ethernet frame with IPv6 and UDP; returns its length. */
static inline size_t fragment_maker_udp6(uint8_t *frame, const char *source, uint16_t source_port,
	const char *target, uint16_t target_port, size_t len)
{
	uint8_t *ip = frame + WIRE_ETHER_LEN, *udp = ip + WIRE_IPV6_LEN;

	memset(frame, 0, WIRE_ETHER_LEN + WIRE_IPV6_LEN);
	bytes_store_be16(frame + WIRE_ETHER_TYPE_AT, WIRE_TYPE_IPV6);
	ip[0] = 0x60;
	ip[WIRE_IPV6_LIMIT_AT] = 64;
	memcpy(ip + WIRE_IPV6_SOURCE_AT, source, 16);
	memcpy(ip + WIRE_IPV6_TARGET_AT, target, 16);
	ip_header_set(
		ip, NET_IPV6, WIRE_IPV6_LEN, WIRE_IPV6_LEN + 8 + (unsigned)len, WIRE_PROTOCOL_UDP);
	fixture_udp_header(udp, source_port, target_port, len);
	for (size_t i = 0; i < len; i++)
		udp[8 + i] = (uint8_t)(i * 31 + len);
	return WIRE_ETHER_LEN + WIRE_IPV6_LEN + 8 + len;
}

/* Cuts octets [from, to) of the IP payload of a whole frame out of it, as a fragment of their own.
 * Returns its length. */
static inline size_t fragment_maker_cut(
	uint8_t *out, const uint8_t *whole, uint32_t id, unsigned from, unsigned to, bool more)
{
	bool ipv4 = whole[WIRE_ETHER_LEN] >> 4 == 4;
	unsigned head = WIRE_ETHER_LEN + (ipv4 ? WIRE_IPV4_LEN : WIRE_IPV6_LEN), len = to - from;
	uint8_t *ip = out + WIRE_ETHER_LEN, *extension = out + head;

	memcpy(out, whole, head);
	if (ipv4) {
		uint8_t protocol = ip[WIRE_IPV4_PROTOCOL_AT];

		bytes_store_be16(ip + WIRE_IPV4_ID_AT, (uint16_t)id);
		bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT,
			(uint16_t)(from / 8 | (more ? WIRE_IPV4_MORE : 0)));
		ip_header_set(ip, NET_IPV4, WIRE_IPV4_LEN, WIRE_IPV4_LEN + len, protocol);
		memcpy(out + head, whole + head + from, len);
		return head + len;
	}
	memset(extension, 0, 8);
	extension[0] = ip[WIRE_IPV6_NEXT_AT];
	bytes_store_be16(extension + WIRE_FRAGMENT_AT, (uint16_t)(from | more));
	bytes_store_be32(extension + WIRE_FRAGMENT_ID_AT, id);
	ip[WIRE_IPV6_NEXT_AT] = WIRE_FRAGMENT;
	bytes_store_be16(ip + WIRE_IPV6_PAYLOAD_AT, (uint16_t)(8 + len));
	memcpy(extension + 8, whole + head + from, len);
	return head + 8 + len;
}
