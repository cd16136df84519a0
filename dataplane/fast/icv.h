/* SPDX-License-Identifier: BSD-3-Clause */
/* The integrity engine: HMAC-MD5-96 (RFC 2403) and HMAC-SHA-1-96 (RFC 2404) over a burst. One per
 * worker; no call waits for a fuller burst. */
#pragma once

#include "icv_engine.h"
#include "icv_packet.h"
#include "sa.h"

struct icv;

/* 0, -ENOMEM, or -ENOTSUP where the CPU is none for this engine. */
int icv_open(enum icv_engine engine, struct icv **out) __attribute__((warn_unused_result));
void icv_close(struct icv *icv);

/* The one that runs: never ICV_AUTO. */
enum icv_engine icv_engine(const struct icv *icv);

/* The hash states behind key ^ ipad (states[0]) and key ^ opad (states[1]), RFC 2104. MD5's are 16
 * octets, the others are zero. key: sa_key_len(algorithm) octets. */
struct icv_key {
	const uint8_t *key;
	uint8_t (*states)[SA_HASH_STATE_LEN]; /* two */
};

/* Of any number of keys of this algorithm. */
void icv_keys_states(
	struct icv *icv, enum sa_algorithm algorithm, const struct icv_key *keys, unsigned count);

/* Of one. */
static inline void icv_key_states(struct icv *icv, enum sa_algorithm algorithm, const uint8_t *key,
	uint8_t states[2][SA_HASH_STATE_LEN])
{
	icv_keys_states(icv, algorithm, &(struct icv_key){key, states}, 1);
}

/* count up to BURST_MAX packets, algorithms mixed. A packet that the engine refused (its len is 0
 * or beyond ICV_LEN_MAX) has done false, and counts as not authentic. */
void icv_compute(struct icv *icv, struct icv_packet *packets, unsigned count);
