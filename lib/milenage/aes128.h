/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel function of Milenage: AES-128 on one block (FIPS 197; TS 35.206 §4.1), by IPsec-MB. */
#pragma once

#include <stdint.h>

#define AES128_BLOCK_LEN 16

/* IPsec-MB's function table for this CPU. Made once per process, read-only afterwards: any number
 * of threads may encrypt with it. */
struct aes128;

/* An expanded key; the creator wipes it. */
struct aes128_key {
	_Alignas(16) uint8_t round_keys[11 * 16];
};

/* NULL where memory is short or the CPU is not one that IPsec-MB knows. */
struct aes128 *aes128_create(void) __attribute__((warn_unused_result));
void aes128_free(struct aes128 *aes);

void aes128_expand(const struct aes128 *aes, const uint8_t key[16], struct aes128_key *out);

/* out may be in. */
void aes128_encrypt(const struct aes128 *aes, const struct aes128_key *key,
	const uint8_t in[AES128_BLOCK_LEN], uint8_t out[AES128_BLOCK_LEN]);
