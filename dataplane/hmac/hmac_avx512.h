/* SPDX-License-Identifier: BSD-3-Clause */
/* HMAC-SHA-1-96 (RFC 2404) and HMAC-MD5-96 (RFC 2403) over many packets at once: a packet per
 * 32-bit lane of a vector. Only where the CPU has AVX-512 F, BW, VL and BMI2. Reads no octet
 * outside of a packet's data. */
#pragma once

#include "icv_packet.h"

/* Any count, all of this one algorithm. Packets whose icv_packet_blocks fall from first to last
 * share vectors best; any order is right as long as they never rise. Sets tag and done. code_at:
 * one for each of the two, 0 at first: how far the hash has looked after its own code. */
void hmac_sha_1_avx512(struct icv_packet *const *packets, unsigned count, uint32_t *code_at);
void hmac_md5_avx512(struct icv_packet *const *packets, unsigned count, uint32_t *code_at);

/* The hash states behind the first block of a message each; count: 1 … HMAC_FIRST_MAX. MD5's are 16
 * octets, the others are zero. */
#define HMAC_FIRST_MAX 16
void hmac_sha_1_avx512_first(const uint8_t (*blocks)[ICV_BLOCK_LEN], unsigned count,
	uint8_t (*states)[SA_HASH_STATE_LEN]);
void hmac_md5_avx512_first(const uint8_t (*blocks)[ICV_BLOCK_LEN], unsigned count,
	uint8_t (*states)[SA_HASH_STATE_LEN]);
