/* SPDX-License-Identifier: BSD-3-Clause */
/* SipHash-2-4 with 128 bits of output (Aumasson, Bernstein): whoever does not know the key can
 * neither choose two texts of one hash nor fill one bucket of a table. */
#pragma once

#include "sip_text.h"

#define SIP_KEYED_HASH_LEN 16

struct sip_keyed_hash {
	uint64_t v[4], tail;
	size_t len;
};

/* key: SIP_KEYED_HASH_LEN octets. */
void sip_keyed_hash_start(struct sip_keyed_hash *hash, const uint8_t *key);
void sip_keyed_hash_add(struct sip_keyed_hash *hash, const void *bytes, size_t len);

/* The length goes in first: "ab" "c" is not "a" "bc". */
void sip_keyed_hash_add_text(struct sip_keyed_hash *hash, struct sip_text text);
void sip_keyed_hash_end(struct sip_keyed_hash *hash, uint8_t out[SIP_KEYED_HASH_LEN]);
