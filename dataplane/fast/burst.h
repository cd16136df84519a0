/* SPDX-License-Identifier: BSD-3-Clause */
/* The packets that go through the passes together, as parallel arrays. A pass looks at packets
 * 0 … count - 1 and keeps, passes or drops each; those that it keeps move up, in their order. Where
 * a pass has several steps, each judges one packet. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <rte_mbuf.h>

#include "drop_reason.h"
#include "net_address.h"
#include "sa_entry.h"
#include "wire.h"
#include "worker_counters.h"

#define BURST_MAX        128
#define BURST_PIECES_MAX (32 * BURST_MAX)

#define BURST_KEPT DROP_REASON_COUNT /* a step's verdict that is no reason: the packet goes on */

enum burst_flag {
	BURST_FRAGMENT = 1,    /* a fragment, the first one too */
	BURST_EXTENSION = 2,   /* IPv6 extension headers that this path does not look through */
	BURST_REASSEMBLED = 4, /* it came as fragments (reassemble) */
};

/* Of an IP packet. */
struct burst_shape {
	uint16_t len;        /* octets, header included; inside the frame */
	uint16_t header_len; /* octets, IPv6 extension headers included */
	uint8_t family;      /* enum net_family; NET_NONE: ARP */
	uint8_t protocol;    /* what is behind the header(s) */
	uint8_t flags;       /* enum burst_flag */
	uint8_t zero;
};

/* All of a shape but its length as one number, so that a usual packet is known by one comparison:
 * this one is IPv4's without options and flags. */
static inline uint64_t burst_kind_ipv4(uint8_t protocol)
{
	_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ &&
			       sizeof(struct burst_shape) == sizeof(uint64_t) &&
			       offsetof(struct burst_shape, header_len) == 2 &&
			       offsetof(struct burst_shape, family) == 4 &&
			       offsetof(struct burst_shape, protocol) == 5,
		"the length is the low end, the others where they are shifted to");
	return WIRE_IPV4_LEN << 16 | (uint64_t)NET_IPV4 << 32 | (uint64_t)protocol << 40;
}

struct burst {
	unsigned count;
	struct rte_mbuf *mbuf[BURST_MAX];
	uint8_t *ip[BURST_MAX];              /* the IP header in the mbuf (parse) */
	struct sa_entry *sa[BURST_MAX];      /* (sa_lookup, sa_select) */
	uint32_t sequence[BURST_MAX];        /* of the ESP header (esp_in) */
	struct burst_shape shape[BURST_MAX]; /* (parse) */

	unsigned passed; /* plain packets that go to the other side as they are */
	struct rte_mbuf *pass[BURST_MAX];
	unsigned dropped; /* counted; freed together at the end */
	struct rte_mbuf *drop[BURST_MAX];

	uint64_t now; /* TSC when it was received */

	/* Empty, but where something did not fit. */
	unsigned answers; /* what goes back by the side from which the burst came */
	struct rte_mbuf *answer[BURST_MAX];
	unsigned pieces; /* fragments that go to the other side */
	struct rte_mbuf *piece[BURST_PIECES_MAX];
};

/* Empties it for what comes next: nothing in it is freed. */
static inline void burst_begin(struct burst *burst)
{
	burst->count = 0;
	burst->passed = 0;
	burst->dropped = 0;
	burst->answers = 0;
	burst->pieces = 0;
}

/* Packet from goes on as number *kept. */
static inline void burst_keep(struct burst *burst, unsigned from, unsigned *kept)
{
	unsigned to = (*kept)++;

	if (to == from)
		return;
	burst->mbuf[to] = burst->mbuf[from];
	burst->ip[to] = burst->ip[from];
	burst->sa[to] = burst->sa[from];
	burst->sequence[to] = burst->sequence[from];
	burst->shape[to] = burst->shape[from];
}

static inline uint64_t burst_kind(const struct burst *burst, unsigned i)
{
	uint64_t shape;

	memcpy(&shape, &burst->shape[i], sizeof(shape));
	return shape & ~UINT64_C(0xffff);
}

static inline void burst_set_shape(struct burst *burst, unsigned i, uint64_t kind, uint16_t len)
{
	const uint64_t shape = kind | len;

	memcpy(&burst->shape[i], &shape, sizeof(shape));
}

static inline void burst_pass(struct burst *burst, unsigned i)
{
	burst->pass[burst->passed++] = burst->mbuf[i];
}

static inline void burst_drop(
	struct burst *burst, unsigned i, enum drop_reason reason, struct worker_counters *counters)
{
	counters->dropped[reason]++;
	burst->drop[burst->dropped++] = burst->mbuf[i];
}

/* Ethernet and its tags, in front of the IP header. */
static inline unsigned burst_link_len(const struct burst *burst, unsigned i)
{
	return (unsigned)(burst->ip[i] - rte_pktmbuf_mtod(burst->mbuf[i], uint8_t *));
}

/* Behind the IP header: ESP, UDP, TCP. */
static inline uint8_t *burst_payload(const struct burst *burst, unsigned i)
{
	return burst->ip[i] + burst->shape[i].header_len;
}

static inline unsigned burst_payload_len(const struct burst *burst, unsigned i)
{
	return burst->shape[i].len - burst->shape[i].header_len;
}
