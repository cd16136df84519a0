/* SPDX-License-Identifier: BSD-3-Clause */
/* Fragments that wait for the rest of their packet: bounded in all and per source, for a time. What
 * they hold are the buffers that they came in. One per worker, of memory that it has from its
 * start. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "drop_reason.h"
#include "worker_counters.h"

struct rte_mbuf;

#define FRAGMENTS_PACKETS    512  /* of which some are missing; the oldest gives way */
#define FRAGMENTS_HELD       1536 /* fragments, in all */
#define FRAGMENTS_PER_SOURCE 64   /* fragments of an IPv4 address or an IPv6 /64 */
#define FRAGMENTS_LEN_MIN    48   /* octets of a first one: RFC 791's smallest MTU has them */
#define FRAGMENTS_LIFE_S     10
#define FRAGMENTS_BUCKETS    1024 /* of packets, and of the sources of each side */
#define FRAGMENTS_SEED_WORDS 4
#define FRAGMENTS_TAGS_LEN   8

/* What the fragments of a packet have in common: RFC 791 §2.3, RFC 8200 §4.5, and their network. */
struct fragments_key {
	uint8_t source[16], target[16]; /* IPv4: 4 octets, then zeros */
	uint8_t tags[FRAGMENTS_TAGS_LEN];
	uint32_t id;
	uint8_t family, protocol; /* IPv6: 0 */
	uint8_t inside;           /* they come from there: 1 */
	uint8_t zero;
};

struct fragment {
	struct fragments_key key;
	struct rte_mbuf *mbuf; /* one segment */
	uint16_t link_len;     /* Ethernet and tags */
	uint16_t head_len;     /* the same, and IP headers up to the fragment's payload */
	uint16_t offset, len;  /* of the payload, octets; len > 0 */
	bool more;
};

/* Numbers of packets: 0 is none. */
struct fragments_packet {
	struct fragments_key key;
	struct rte_mbuf *first; /* in the order of their offsets; each begins with its payload */
	uint64_t until;
	uint32_t len, end;           /* payload that is there, and in all (0: not yet known) */
	uint16_t link_len, head_len; /* of the fragment with offset 0 */
	uint16_t count, source;
	uint16_t next, older, newer;
	uint16_t source_older, source_newer;
};

/* Few sources share one. */
struct fragments_source {
	uint16_t held; /* fragments that wait */
	uint16_t oldest, newest;
};

struct fragments {
	uint64_t seed[FRAGMENTS_SEED_WORDS], life; /* ticks */
	uint32_t held;
	uint16_t free, oldest, newest;
	uint16_t buckets[FRAGMENTS_BUCKETS];
	struct fragments_source sources[2 * FRAGMENTS_BUCKETS]; /* outside's, then inside's */
	struct fragments_packet packets[FRAGMENTS_PACKETS + 1];
};

/* seed: random; ticks: of the clock a second. */
void fragments_init(
	struct fragments *fragments, const uint64_t seed[FRAGMENTS_SEED_WORDS], uint64_t ticks);

#define FRAGMENTS_WAITS DROP_REASON_COUNT /* not a reason: its packet is not whole yet */
#define FRAGMENTS_WHOLE (DROP_REASON_COUNT + 1)

/* Takes the fragment's buffer, unless it returns a reason to drop it; others that drop with it are
 * counted and freed. Where it was the last one missing, *out is the packet: its first buffer begins
 * with the frame, the others are its further segments, the headers are those of the fragment with
 * offset 0. key, link_len and head_len of *out tell about it. */
int fragments_add(struct fragments *fragments, const struct fragment *fragment, uint64_t now,
	struct worker_counters *counters, struct fragment *out);

/* Drops what has waited too long. */
void fragments_expire(struct fragments *fragments, uint64_t now, struct worker_counters *counters);
