/* SPDX-License-Identifier: BSD-3-Clause */
/* The integrity engine: HMAC-MD5-96 (RFC 2403) and HMAC-SHA-1-96 (RFC 2404) over a burst. One per
 * worker; no call waits for a fuller burst. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sa.h"
#include "sa_entry.h"

struct icv;

struct icv_packet {
	const struct sa_entry *sa; /* algorithm and hash states */
	const uint8_t *data;
	uint32_t len; /* octets, at least 1 */
	uint8_t *tag; /* SA_ICV_LEN octets are written */
	bool done;    /* set: the tag is there */
};

/* 0, -ENOMEM, or -ENOTSUP where the CPU is none that IPsec-MB serves. */
int icv_open(struct icv **out) __attribute__((warn_unused_result));
void icv_close(struct icv *icv);

/* The hash states behind key ^ ipad (states[0]) and key ^ opad (states[1]), RFC 2104. MD5's are 16
 * octets, the others are zero. key: sa_key_len(algorithm) octets. */
void icv_key_states(struct icv *icv, enum sa_algorithm algorithm, const uint8_t *key,
	uint8_t states[2][SA_HASH_STATE_LEN]);

/* count up to BURST_MAX packets, algorithms mixed. A packet that the engine refused has done
 * false, and counts as not authentic. */
void icv_compute(struct icv *icv, struct icv_packet *packets, unsigned count);
