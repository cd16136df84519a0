/* SPDX-License-Identifier: BSD-3-Clause */
/* The second step, both ways: a frame is what its lengths say, or it goes no further. */
#include "parse.h"

#include <stdbool.h>

#include "bytes.h"
#include "ip_header.h"
#include "wire.h"

#define KEPT DROP_REASON_COUNT /* not a reason: nothing is wrong with it */

static void cut(struct rte_mbuf *mbuf, unsigned len)
{
	mbuf->data_len = (uint16_t)len;
	mbuf->pkt_len = len;
}

static enum drop_reason parse_arp(struct burst *burst, unsigned i)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];

	if (mbuf->data_len < WIRE_ETHER_LEN + WIRE_ARP_LEN)
		return DROP_FRAME_TRUNCATED;
	cut(mbuf, WIRE_ETHER_LEN + WIRE_ARP_LEN);
	burst->family[i] = NET_NONE;
	burst->ip_len[i] = 0;
	burst->ip_header_len[i] = 0;
	burst->protocol[i] = 0;
	return KEPT;
}

/* RFC 791 §3.1, RFC 1122 §3.2.1: version, lengths and checksum, or silence. */
static enum drop_reason parse_ipv4(struct burst *burst, unsigned i)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	const uint8_t *ip = burst->ip[i];
	unsigned room = mbuf->data_len - WIRE_ETHER_LEN, header_len, len;

	if (room < WIRE_IPV4_LEN)
		return DROP_FRAME_TRUNCATED;
	header_len = (ip[0] & 0x0f) * 4u;
	len = bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT);
	if (ip[0] >> 4 != 4 || header_len < WIRE_IPV4_LEN || len < header_len)
		return DROP_IP_HEADER;
	if (len > room)
		return DROP_FRAME_TRUNCATED;
	if (!ip_header_checksum_ok(ip, header_len))
		return DROP_IP_CHECKSUM;
	cut(mbuf, WIRE_ETHER_LEN + len);
	burst->family[i] = NET_IPV4;
	burst->ip_len[i] = (uint16_t)len;
	burst->ip_header_len[i] = (uint8_t)header_len;
	burst->protocol[i] = ip[WIRE_IPV4_PROTOCOL_AT];
	if (bytes_load_be16(ip + WIRE_IPV4_FRAGMENT_AT) & WIRE_IPV4_FRAGMENT)
		burst->flags[i] |= BURST_FRAGMENT;
	return KEPT;
}

/* RFC 8200 §4, RFC 7045: hop-by-hop, routing, fragment, destination, mobility, HIP, shim6. */
static bool is_extension(uint8_t next)
{
	return next == 0 || next == 43 || next == 44 || next == 60 || next == 135 || next == 139 ||
	       next == 140;
}

static enum drop_reason parse_ipv6(struct burst *burst, unsigned i)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	const uint8_t *ip = burst->ip[i];
	unsigned room = mbuf->data_len - WIRE_ETHER_LEN, len;

	if (room < WIRE_IPV6_LEN)
		return DROP_FRAME_TRUNCATED;
	if (ip[0] >> 4 != 6)
		return DROP_IP_HEADER;
	len = WIRE_IPV6_LEN + bytes_load_be16(ip + WIRE_IPV6_PAYLOAD_AT);
	if (len > room)
		return DROP_FRAME_TRUNCATED;
	cut(mbuf, WIRE_ETHER_LEN + len);
	burst->family[i] = NET_IPV6;
	burst->ip_len[i] = (uint16_t)len;
	burst->ip_header_len[i] = WIRE_IPV6_LEN;
	burst->protocol[i] = ip[WIRE_IPV6_NEXT_AT];
	if (is_extension(burst->protocol[i]))
		burst->flags[i] |= BURST_EXTENSION;
	return KEPT;
}

static enum drop_reason parse_frame(struct burst *burst, unsigned i)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	uint8_t *frame = rte_pktmbuf_mtod(mbuf, uint8_t *);

	if (mbuf->nb_segs != 1)
		return DROP_FRAME_TOO_LONG;
	if (mbuf->data_len < WIRE_ETHER_LEN)
		return DROP_FRAME_TRUNCATED;
	burst->ip[i] = frame + WIRE_ETHER_LEN;
	burst->sa[i] = NULL;
	burst->flags[i] = 0;
	switch (bytes_load_be16(frame + WIRE_ETHER_TYPE_AT)) {
	case WIRE_TYPE_IPV4:
		return parse_ipv4(burst, i);
	case WIRE_TYPE_IPV6:
		return parse_ipv6(burst, i);
	case WIRE_TYPE_ARP:
		return parse_arp(burst, i);
	default:
		return DROP_ETHER_TYPE;
	}
}

void parse(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(burst->mbuf[i], void *));
	for (unsigned i = 0; i < burst->count; i++) {
		enum drop_reason reason = parse_frame(burst, i);

		if (reason == KEPT)
			burst_keep(burst, i, &kept);
		else
			burst_drop(burst, i, reason, path->counters);
	}
	burst->count = kept;
}
