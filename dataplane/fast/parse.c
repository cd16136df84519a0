/* SPDX-License-Identifier: BSD-3-Clause */
/* The second pass, both ways: a frame is what its lengths say, or it goes no further. */
#include "parse.h"

#include <stdbool.h>
#include <string.h>

#include <rte_byteorder.h>

#include "bytes.h"
#include "flat.h"
#include "ip_header.h"
#include "ipv6_chain.h"
#include "wire.h"

static void cut(struct rte_mbuf *mbuf, unsigned len)
{
	mbuf->data_len = (uint16_t)len;
	mbuf->pkt_len = len;
}

static enum drop_reason parse_arp(struct burst *burst, unsigned i, unsigned link_len)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];

	if (mbuf->data_len < link_len + WIRE_ARP_LEN)
		return DROP_FRAME_TRUNCATED;
	cut(mbuf, link_len + WIRE_ARP_LEN);
	return BURST_KEPT;
}

/* RFC 791 §3.1, RFC 1122 §3.2.1: version, lengths and checksum, or silence. */
static enum drop_reason parse_ipv4(struct burst *burst, unsigned i, unsigned link_len)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	const uint8_t *ip = burst->ip[i];
	unsigned room = mbuf->data_len - link_len, header_len, len;

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
	cut(mbuf, link_len + len);
	burst->shape[i].family = NET_IPV4;
	burst->shape[i].len = (uint16_t)len;
	burst->shape[i].header_len = (uint16_t)header_len;
	burst->shape[i].protocol = ip[WIRE_IPV4_PROTOCOL_AT];
	if (bytes_load_be16(ip + WIRE_IPV4_FRAGMENT_AT) & WIRE_IPV4_FRAGMENT)
		burst->shape[i].flags |= BURST_FRAGMENT;
	return BURST_KEPT;
}

static __rte_noinline void parse_extensions(struct burst *burst, unsigned i)
{
	struct ipv6_chain chain;

	if (!ipv6_chain_walk(burst->ip[i], burst->shape[i].len, &chain)) {
		burst->shape[i].flags |= BURST_EXTENSION;
		return;
	}
	burst->shape[i].header_len = chain.len;
	burst->shape[i].protocol = chain.protocol;
	if (chain.protocol == WIRE_FRAGMENT)
		burst->shape[i].flags |= BURST_FRAGMENT;
}

static enum drop_reason parse_ipv6(struct burst *burst, unsigned i, unsigned link_len)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	const uint8_t *ip = burst->ip[i];
	unsigned room = mbuf->data_len - link_len, len;

	if (room < WIRE_IPV6_LEN)
		return DROP_FRAME_TRUNCATED;
	if (ip[0] >> 4 != 6)
		return DROP_IP_HEADER;
	len = WIRE_IPV6_LEN + bytes_load_be16(ip + WIRE_IPV6_PAYLOAD_AT);
	if (len > room)
		return DROP_FRAME_TRUNCATED;
	cut(mbuf, link_len + len);
	burst->shape[i].family = NET_IPV6;
	burst->shape[i].len = (uint16_t)len;
	burst->shape[i].header_len = WIRE_IPV6_LEN;
	burst->shape[i].protocol = ip[WIRE_IPV6_NEXT_AT];
	if (ipv6_chain_is_extension(burst->shape[i].protocol))
		parse_extensions(burst, i);
	return BURST_KEPT;
}

static enum drop_reason parse_network(
	struct burst *burst, unsigned i, uint16_t type, unsigned link_len)
{
	burst->ip[i] = rte_pktmbuf_mtod_offset(burst->mbuf[i], uint8_t *, link_len);
	burst->shape[i] = (struct burst_shape){.family = NET_NONE};
	switch (type) {
	case WIRE_TYPE_IPV4:
		return parse_ipv4(burst, i, link_len);
	case WIRE_TYPE_IPV6:
		return parse_ipv6(burst, i, link_len);
	case WIRE_TYPE_ARP:
		return parse_arp(burst, i, link_len);
	default:
		return DROP_ETHER_TYPE;
	}
}

/* IEEE 802.1Q: tags stand between the addresses and the type; what they name is judged as if they
 * were not there, and they stay. */
static __rte_noinline enum drop_reason parse_tags(struct burst *burst, unsigned i, uint16_t type)
{
	const struct rte_mbuf *mbuf = burst->mbuf[i];
	unsigned link_len = WIRE_ETHER_LEN;

	while (type == WIRE_TYPE_VLAN || type == WIRE_TYPE_QINQ) {
		if (link_len == WIRE_ETHER_LEN + WIRE_TAGS_MAX * WIRE_TAG_LEN)
			return DROP_ETHER_TYPE;
		link_len += WIRE_TAG_LEN;
		if (mbuf->data_len < link_len)
			return DROP_FRAME_TRUNCATED;
		type = bytes_load_be16(rte_pktmbuf_mtod_offset(mbuf, uint8_t *, link_len - 2));
	}
	return parse_network(burst, i, type, link_len);
}

static __rte_noinline enum drop_reason parse_segments(
	struct path *path, struct burst *burst, unsigned i)
{
	if (burst->mbuf[i]->pkt_len > FLAT_FRAME_MAX)
		return DROP_FRAME_TOO_LONG;
	return flat_make(path->large, &burst->mbuf[i]) ? BURST_KEPT : DROP_NO_BUFFER;
}

enum drop_reason parse_packet(struct path *path, struct burst *burst, unsigned i)
{
	uint16_t type;

	if (unlikely(burst->mbuf[i]->nb_segs != 1)) {
		enum drop_reason reason = parse_segments(path, burst, i);

		if (reason != BURST_KEPT)
			return reason;
	}
	if (burst->mbuf[i]->data_len < WIRE_ETHER_LEN)
		return DROP_FRAME_TRUNCATED;
	type = bytes_load_be16(
		rte_pktmbuf_mtod_offset(burst->mbuf[i], uint8_t *, WIRE_ETHER_TYPE_AT));
	if (unlikely(type == WIRE_TYPE_VLAN || type == WIRE_TYPE_QINQ))
		return parse_tags(burst, i, type);
	return parse_network(burst, i, type, WIRE_ETHER_LEN);
}

/* Nearly every packet: in one segment, without tags, IPv4 without options and no fragment. False:
 * it is another one, or one to drop; nothing has changed. */
static __rte_always_inline bool parse_usual(struct burst *burst, unsigned i)
{
	struct rte_mbuf *mbuf = burst->mbuf[i];
	uint8_t *frame = rte_pktmbuf_mtod(mbuf, uint8_t *), *ip = frame + WIRE_ETHER_LEN;
	const uint64_t usual = rte_cpu_to_be_64(UINT64_C(0x0800450000000000));
	const uint64_t looked_at = rte_cpu_to_be_64(UINT64_C(0xffffff0000000000));
	uint64_t head; /* type, version and header length, TOS, length, identification */
	unsigned len;

	if (unlikely(mbuf->nb_segs != 1 || mbuf->data_len < WIRE_ETHER_LEN + WIRE_IPV4_LEN))
		return false;
	memcpy(&head, frame + WIRE_ETHER_TYPE_AT, sizeof(head));
	len = __builtin_bswap16((uint16_t)(head >> 32));
	if (unlikely((head & looked_at) != usual || len < WIRE_IPV4_LEN ||
		     WIRE_ETHER_LEN + len > mbuf->data_len ||
		     bytes_load_be16(ip + WIRE_IPV4_FRAGMENT_AT) & WIRE_IPV4_FRAGMENT ||
		     !ip_header_checksum_ok_20(ip)))
		return false;
	cut(mbuf, WIRE_ETHER_LEN + len);
	burst->ip[i] = ip;
	burst_set_shape(burst, i, burst_kind_ipv4(ip[WIRE_IPV4_PROTOCOL_AT]), (uint16_t)len);
	return true;
}

void parse(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++)
		rte_prefetch0(rte_pktmbuf_mtod(burst->mbuf[i], void *));
	for (unsigned i = 0; i < burst->count; i++) {
		enum drop_reason reason = BURST_KEPT;

		if (unlikely(!parse_usual(burst, i)))
			reason = parse_packet(path, burst, i);
		if (likely(reason == BURST_KEPT))
			burst_keep(burst, i, &kept);
		else
			burst_drop(burst, i, reason, path->counters);
	}
	burst->count = kept;
}
