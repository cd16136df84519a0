/* SPDX-License-Identifier: BSD-3-Clause */
/* Asked by fragment.c: what its fragments are known by where they are put together. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FRAGMENT_ID_VERIFIED   0x8000 /* in an IPv4 identification */
#define FRAGMENT_ID_COUNTERS   256
#define FRAGMENT_ID_SEED_WORDS 4

struct fragment_ids {
	uint64_t seed[FRAGMENT_ID_SEED_WORDS];
	uint16_t ipv4[2]; /* of what is verified, and of what is not: a flood moves its own */
	uint32_t ipv6[FRAGMENT_ID_COUNTERS];
};

/* seed: random; start: of all counters, another one each time. */
void fragment_id_init(
	struct fragment_ids *ids, const uint64_t seed[FRAGMENT_ID_SEED_WORDS], uint32_t start);

/* IPv4: whoever can send plain fragments must not complete verified ones, so that one bit tells
 * them apart; the others count (RFC 6864 §4.3). */
uint16_t fragment_id_ipv4(struct fragment_ids *ids, bool verified);

/* IPv6: counters that nobody learns by the fragments to another (RFC 7739 §5.3). source, target: 16
 * octets. */
uint32_t fragment_id_ipv6(struct fragment_ids *ids, const uint8_t *source, const uint8_t *target);
