/* SPDX-License-Identifier: BSD-3-Clause */
/* Both ways, behind parse. ESP is applied before fragmentation (RFC 4303 §3.3.4), so that this is
 * where a long REGISTER comes together again. */
#include "reassemble.h"

#include <string.h>

#include "bytes.h"
#include "flat.h"
#include "fragments.h"
#include "ip_header.h"
#include "ipv6_chain.h"
#include "parse.h"
#include "wire.h"

static void describe_ipv4(const uint8_t *ip, struct fragment *out)
{
	uint16_t field = bytes_load_be16(ip + WIRE_IPV4_FRAGMENT_AT);

	out->key.id = bytes_load_be16(ip + WIRE_IPV4_ID_AT);
	out->key.protocol = ip[WIRE_IPV4_PROTOCOL_AT];
	out->offset = (uint16_t)((field & WIRE_IPV4_OFFSET) * 8u);
	out->more = field & WIRE_IPV4_MORE;
}

static void describe_ipv6(const uint8_t *extension, struct fragment *out)
{
	uint16_t field = bytes_load_be16(extension + WIRE_FRAGMENT_AT);

	out->key.id = bytes_load_be32(extension + WIRE_FRAGMENT_ID_AT);
	out->offset = field & WIRE_FRAGMENT_OFFSET;
	out->more = field & WIRE_FRAGMENT_MORE;
}

/* IEEE 802.1Q: the low 12 bits name the network, the others (PCP, DEI) may differ on the way. */
static void copy_tags(uint8_t *to, const uint8_t *tags, unsigned len)
{
	memcpy(to, tags, len);
	for (unsigned at = 2; at < len; at += WIRE_TAG_LEN)
		to[at] &= 0x0f;
}

static void describe(const struct burst *burst, unsigned i, bool inside, struct fragment *out)
{
	const uint8_t *ip = burst->ip[i], *frame = rte_pktmbuf_mtod(burst->mbuf[i], uint8_t *);
	unsigned header_len = burst->shape[i].header_len, link_len = burst_link_len(burst, i);
	uint8_t family = burst->shape[i].family;

	*out = (struct fragment){
		.key.family = family, .key.inside = inside, .mbuf = burst->mbuf[i]};
	if (family == NET_IPV4) {
		describe_ipv4(ip, out);
	} else {
		describe_ipv6(ip + header_len, out);
		header_len += WIRE_FRAGMENT_LEN;
	}
	copy_tags(out->key.tags, frame + WIRE_ETHER_TYPE_AT, link_len - WIRE_ETHER_LEN);
	ip_header_copy_address(family, out->key.source, ip_header_source(ip, family));
	ip_header_copy_address(family, out->key.target, ip_header_target(ip, family));
	out->link_len = (uint16_t)link_len;
	out->head_len = (uint16_t)(link_len + header_len);
	out->len = (uint16_t)(burst->shape[i].len - header_len);
}

/* A router cuts an IPv4 fragment again, and leaves any rest (RFC 791 §3.2); nobody does in IPv6. */
static bool is_tiny(const struct fragment *fragment)
{
	return fragment->more && fragment->len < FRAGMENTS_LEN_MIN &&
	       (fragment->offset == 0 || fragment->key.family == NET_IPV6);
}

static int judge(const struct fragment *fragment)
{
	if (fragment->len == 0 || (fragment->more && fragment->len % 8 != 0))
		return DROP_FRAGMENT_SHAPE;
	if (is_tiny(fragment))
		return DROP_FRAGMENT_TINY;
	if (fragment->head_len + fragment->offset + fragment->len > FLAT_FRAME_MAX)
		return DROP_FRAGMENT_TOO_LONG;
	return FRAGMENTS_WAITS;
}

/* The headers of the first fragment become the packet's. */
static void unite_ipv4(const struct fragment *whole)
{
	uint8_t *ip = rte_pktmbuf_mtod_offset(whole->mbuf, uint8_t *, whole->link_len);
	uint8_t *field = ip + WIRE_IPV4_FRAGMENT_AT;

	bytes_store_be16(field, bytes_load_be16(field) & WIRE_IPV4_DONT);
	ip_header_set(ip, NET_IPV4, whole->head_len - whole->link_len,
		whole->mbuf->pkt_len - whole->link_len, whole->key.protocol);
}

static void unite_ipv6(const struct fragment *whole)
{
	struct rte_mbuf *mbuf = whole->mbuf;
	unsigned head_len = whole->head_len - WIRE_FRAGMENT_LEN;
	unsigned header_len = head_len - whole->link_len;
	uint8_t *frame = rte_pktmbuf_mtod(mbuf, uint8_t *), next = frame[head_len];

	memmove(frame + WIRE_FRAGMENT_LEN, frame, whole->link_len + header_len);
	rte_pktmbuf_adj(mbuf, WIRE_FRAGMENT_LEN);
	ip_header_set(rte_pktmbuf_mtod_offset(mbuf, uint8_t *, whole->link_len), NET_IPV6,
		header_len, mbuf->pkt_len - whole->link_len, next);
}

/* FRAGMENTS_WAITS, or BURST_KEPT: a whole packet is in its place, or why that goes no further. */
static int settle_whole(
	struct path *path, struct burst *burst, unsigned i, const struct fragment *whole)
{
	int verdict;

	burst->mbuf[i] = whole->mbuf;
	if (whole->mbuf->pkt_len > FLAT_FRAME_MAX)
		return DROP_FRAGMENT_TOO_LONG;
	if (whole->key.family == NET_IPV4)
		unite_ipv4(whole);
	else
		unite_ipv6(whole);
	verdict = parse_packet(path, burst, i);
	burst->shape[i].flags |= BURST_REASSEMBLED;
	return verdict;
}

static void take(struct path *path, struct burst *burst, unsigned i, bool inside, unsigned *kept)
{
	struct fragment fragment, whole;
	int verdict;

	describe(burst, i, inside, &fragment);
	verdict = judge(&fragment);
	if (verdict == FRAGMENTS_WAITS && !flat_shrink(path->packets, &burst->mbuf[i]))
		verdict = DROP_NO_BUFFER;
	/* The large buffers are few, and both ports live by them: none of them waits. */
	else if (verdict == FRAGMENTS_WAITS && burst->mbuf[i]->pool == path->large)
		verdict = DROP_FRAGMENT_TOO_LONG;
	if (verdict == FRAGMENTS_WAITS) {
		fragment.mbuf = burst->mbuf[i];
		verdict = fragments_add(
			&path->fragments, &fragment, burst->now, path->counters, &whole);
		if (verdict == FRAGMENTS_WAITS)
			return;
	}
	if (verdict == FRAGMENTS_WHOLE) {
		verdict = settle_whole(path, burst, i, &whole);
		if (verdict == BURST_KEPT) {
			burst_keep(burst, i, kept);
			return;
		}
	}
	burst_drop(burst, i, (enum drop_reason)verdict, path->counters);
}

static bool has_fragments(const struct burst *burst)
{
	unsigned flags = 0;

	for (unsigned i = 0; i < burst->count; i++)
		flags |= burst->shape[i].flags;
	return flags & BURST_FRAGMENT;
}

static bool is_inbound(const struct path *path, const struct burst *burst, unsigned i)
{
	const uint8_t *ip = burst->ip[i];
	uint8_t family = burst->shape[i].family;

	return policy_find(path->policy, family, ip_header_target(ip, family)) &&
	       !policy_find(path->policy, family, ip_header_source(ip, family));
}

static bool is_outbound(const struct path *path, const struct burst *burst, unsigned i)
{
	const uint8_t *ip = burst->ip[i];
	uint8_t family = burst->shape[i].family;

	return policy_find(path->policy, family, ip_header_source(ip, family));
}

static void reassemble(struct path *path, struct burst *burst, bool inside)
{
	bool (*is_ours)(const struct path *, const struct burst *, unsigned) =
		inside ? is_outbound : is_inbound;
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		if (burst->shape[i].flags & BURST_FRAGMENT && is_ours(path, burst, i))
			take(path, burst, i, inside, &kept);
		else
			burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}

void reassemble_inbound(struct path *path, struct burst *burst)
{
	if (unlikely(has_fragments(burst)))
		reassemble(path, burst, false);
	reassemble_expire(path, burst->now);
}

void reassemble_outbound(struct path *path, struct burst *burst)
{
	if (unlikely(has_fragments(burst)))
		reassemble(path, burst, true);
}

void reassemble_expire(struct path *path, uint64_t now)
{
	if (unlikely(path->fragments.oldest))
		fragments_expire(&path->fragments, now, path->counters);
}
