/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP is whole already: its ICV covers what the fragments carry together (RFC 4303 §3.3.4). */
#include "fragment.h"

#include "buffer.h"
#include "bytes.h"
#include "fragment_id.h"
#include "ip_header.h"
#include "ipv6_chain.h"
#include "wire.h"

#define HEADERS_MAX 512 /* longer ones would leave fragments no payload on some links */

/* How one packet is cut. */
struct cut {
	const uint8_t *payload; /* what is left of it */
	unsigned left, offset;  /* octets; offset: of payload in the packet's */
	unsigned link_len, header_len;
	uint8_t header[HEADERS_MAX]; /* Ethernet, tags, IP of every fragment */
	uint8_t family;
	uint8_t protocol; /* IPv4 */
	bool more;        /* IPv4: the packet is a fragment itself, others follow */
	uint16_t dont;    /* IPv4: the DF bit */
};

/* Whose identification an IPv4 packet's fragments have. */
enum origin {
	ORIGIN_SENDER,   /* a plain packet of inside's goes on as its sender's */
	ORIGIN_PLAIN,    /* the gateway stands for the host: its own, */
	ORIGIN_VERIFIED, /* in two classes; and its own where it made ESP */
};

/* RFC 791 §3.1: the options whose first bit is set are in every fragment. In place; returns the
 * header's length. */
static unsigned keep_copied_options(uint8_t *ip, unsigned header_len)
{
	unsigned at = WIRE_IPV4_LEN, to = WIRE_IPV4_LEN;

	while (at < header_len && ip[at] != 0) {
		unsigned len = ip[at] == 1 ? 1 : at + 1 < header_len ? ip[at + 1] : 0;

		if (len == 0 || len > header_len - at)
			break;
		if (ip[at] & 0x80) {
			memmove(ip + to, ip + at, len);
			to += len;
		}
		at += len;
	}
	while (to % 4 != 0)
		ip[to++] = 0;
	ip[0] = (uint8_t)(0x40 | to / 4);
	return to;
}

static bool begin_ipv4(struct path *path, const uint8_t *ip, enum origin origin, struct cut *cut)
{
	uint8_t *header = cut->header + cut->link_len;
	uint16_t field = bytes_load_be16(ip + WIRE_IPV4_FRAGMENT_AT);

	cut->header_len = (ip[0] & 0x0f) * 4u;
	cut->payload = ip + cut->header_len;
	cut->left = bytes_load_be16(ip + WIRE_IPV4_TOTAL_AT) - cut->header_len;
	cut->offset = (field & WIRE_IPV4_OFFSET) * 8u;
	cut->more = field & WIRE_IPV4_MORE;
	cut->dont = field & WIRE_IPV4_DONT;
	cut->protocol = ip[WIRE_IPV4_PROTOCOL_AT];
	memcpy(header, ip, cut->header_len);
	if (origin == ORIGIN_SENDER)
		return true;
	/* RFC 6864 §4.1: what forbids to cut it need not have one of its own. */
	cut->dont = 0;
	bytes_store_be16(header + WIRE_IPV4_ID_AT,
		fragment_id_ipv4(&path->fragment_ids, origin == ORIGIN_VERIFIED));
	return true;
}

/* The fragment header goes behind what each hop reads. */
static bool begin_ipv6(struct path *path, const uint8_t *ip, struct cut *cut)
{
	unsigned len = WIRE_IPV6_LEN + bytes_load_be16(ip + WIRE_IPV6_PAYLOAD_AT);
	uint8_t *header = cut->header + cut->link_len, *extension;
	struct ipv6_chain chain;

	if (!ipv6_chain_walk(ip, len, &chain) ||
		cut->link_len + chain.hop_len + WIRE_FRAGMENT_LEN > HEADERS_MAX)
		return false;
	memcpy(header, ip, chain.hop_len);
	extension = header + chain.hop_len;
	memset(extension, 0, WIRE_FRAGMENT_LEN);
	extension[0] = header[chain.hop_next_at];
	header[chain.hop_next_at] = WIRE_FRAGMENT;
	bytes_store_be32(extension + WIRE_FRAGMENT_ID_AT,
		fragment_id_ipv6(
			&path->fragment_ids, ip + WIRE_IPV6_SOURCE_AT, ip + WIRE_IPV6_TARGET_AT));
	cut->header_len = chain.hop_len + WIRE_FRAGMENT_LEN;
	cut->payload = ip + chain.hop_len;
	cut->left = len - chain.hop_len;
	return true;
}

/* Ethernet and tags of a frame that was parsed. */
static unsigned link_len_of(const struct rte_mbuf *mbuf)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);
	unsigned type_at = WIRE_ETHER_TYPE_AT;
	uint16_t type;

	while ((type = bytes_load_be16(frame + type_at)) == WIRE_TYPE_VLAN ||
		type == WIRE_TYPE_QINQ)
		type_at += WIRE_TAG_LEN;
	return type_at + 2;
}

static bool begin(
	struct path *path, const struct rte_mbuf *mbuf, enum origin origin, struct cut *cut)
{
	const uint8_t *frame = rte_pktmbuf_mtod(mbuf, const uint8_t *);

	*cut = (struct cut){.link_len = link_len_of(mbuf)};
	memcpy(cut->header, frame, cut->link_len);
	cut->family = frame[cut->link_len] >> 4 == 4 ? NET_IPV4 : NET_IPV6;
	return cut->family == NET_IPV4 ? begin_ipv4(path, frame + cut->link_len, origin, cut)
				       : begin_ipv6(path, frame + cut->link_len, cut);
}

static void mark(uint8_t *ip, const struct cut *cut, unsigned len, bool more)
{
	if (cut->family == NET_IPV4) {
		bytes_store_be16(ip + WIRE_IPV4_FRAGMENT_AT,
			(uint16_t)(cut->dont | (more ? WIRE_IPV4_MORE : 0) | cut->offset / 8));
		ip_header_set(ip, NET_IPV4, cut->header_len, cut->header_len + len, cut->protocol);
		return;
	}
	bytes_store_be16(
		ip + WIRE_IPV6_PAYLOAD_AT, (uint16_t)(cut->header_len - WIRE_IPV6_LEN + len));
	bytes_store_be16(ip + cut->header_len - WIRE_FRAGMENT_LEN + WIRE_FRAGMENT_AT,
		(uint16_t)(cut->offset | (more ? WIRE_FRAGMENT_MORE : 0)));
}

/* The next fragment; NULL: no buffer is left. */
static struct rte_mbuf *cut_next(struct path *path, const struct path_port *to, struct cut *cut)
{
	struct rte_mbuf *mbuf = buffer_take(path->packets);
	unsigned head_len = cut->link_len + cut->header_len, room, len;
	uint8_t *frame;

	if (!mbuf)
		return NULL;
	room = RTE_MIN((unsigned)to->mtu - cut->header_len, rte_pktmbuf_tailroom(mbuf) - head_len);
	len = cut->left <= room ? cut->left : room & ~7u;
	frame = (uint8_t *)rte_pktmbuf_append(mbuf, (uint16_t)(head_len + len));
	memcpy(frame, cut->header, head_len);
	memcpy(frame + head_len, cut->payload, len);
	mark(frame + cut->link_len, cut, len, len < cut->left || cut->more);
	if (cut->family == NET_IPV4 && cut->header_len > WIRE_IPV4_LEN)
		cut->header_len = keep_copied_options(cut->header + cut->link_len, cut->header_len);
	cut->payload += len;
	cut->left -= len;
	cut->offset += len;
	return mbuf;
}

/* All of the packet's fragments, or none of them. */
static enum drop_reason split(struct path *path, const struct path_port *to, struct burst *burst,
	const struct rte_mbuf *mbuf, enum origin origin)
{
	unsigned before = burst->pieces;
	struct cut cut;

	/* Each fragment but the last carries 8 octets or more. */
	if (!begin(path, mbuf, origin, &cut) || cut.header_len + 8 > to->mtu)
		return DROP_OUT_TOO_BIG;
	while (cut.left > 0) {
		struct rte_mbuf *piece =
			burst->pieces < BURST_PIECES_MAX ? cut_next(path, to, &cut) : NULL;

		if (!piece)
			goto give_back;
		burst->piece[burst->pieces++] = piece;
	}
	return BURST_KEPT;

give_back:
	while (burst->pieces > before)
		buffer_give(burst->piece[--burst->pieces]);
	return DROP_NO_BUFFER;
}

static void replace(struct path *path, const struct path_port *to, struct burst *burst,
	struct rte_mbuf *mbuf, enum origin origin)
{
	enum drop_reason reason = split(path, to, burst, mbuf, origin);

	if (reason != BURST_KEPT) {
		path->counters->dropped[reason]++;
		burst->drop[burst->dropped++] = mbuf;
	} else {
		buffer_give(mbuf);
	}
}

static bool all_fit(const struct path_port *to, const struct burst *burst)
{
	unsigned largest = 0;

	for (unsigned i = 0; i < burst->count; i++)
		largest = RTE_MAX(largest, (unsigned)burst->shape[i].len);
	return largest <= to->mtu;
}

static void fragment_kept(struct path *path, const struct path_port *to, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		if (burst->shape[i].len > to->mtu)
			replace(path, to, burst, burst->mbuf[i], ORIGIN_VERIFIED);
		else
			burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}

static void fragment_passed(struct path *path, const struct path_port *to, struct burst *burst)
{
	enum origin origin = to == &path->inside ? ORIGIN_PLAIN : ORIGIN_SENDER;
	unsigned passed = 0;

	for (unsigned i = 0; i < burst->passed; i++) {
		struct rte_mbuf *mbuf = burst->pass[i];

		if (unlikely(mbuf->pkt_len > (unsigned)to->mtu + WIRE_ETHER_LEN) &&
			mbuf->pkt_len > to->mtu + link_len_of(mbuf))
			replace(path, to, burst, mbuf, origin);
		else
			burst->pass[passed++] = mbuf;
	}
	burst->passed = passed;
}

void fragment(struct path *path, const struct path_port *to, struct burst *burst)
{
	if (unlikely(!all_fit(to, burst)))
		fragment_kept(path, to, burst);
	fragment_passed(path, to, burst);
}
