/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_keyed_hash.h"

#include <endian.h>

static inline uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void take_word(struct sip_keyed_hash *hash, uint64_t word)
{
	hash->v[3] ^= word;
	sip_round(hash->v);
	sip_round(hash->v);
	hash->v[0] ^= word;
}

void sip_keyed_hash_start(struct sip_keyed_hash *hash, const uint8_t *key)
{
	uint64_t k0, k1;

	memcpy(&k0, key, 8);
	memcpy(&k1, key + 8, 8);
	k0 = le64toh(k0);
	k1 = le64toh(k1);
	*hash = (struct sip_keyed_hash){
		.v = {k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d ^ 0xee,
			k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573}};
}

void sip_keyed_hash_add(struct sip_keyed_hash *hash, const void *bytes, size_t len)
{
	const uint8_t *at = bytes, *end;

	if (len == 0)
		return; /* bytes may be NULL then */
	end = at + len;
	/* Octets one by one up to a word's edge, whole words, the rest. */
	while (at < end && hash->len % 8 != 0) {
		hash->tail |= (uint64_t)*at++ << (8 * (hash->len++ % 8));
		if (hash->len % 8 == 0) {
			take_word(hash, hash->tail);
			hash->tail = 0;
		}
	}
	for (; end - at >= 8; at += 8, hash->len += 8) {
		uint64_t word;

		memcpy(&word, at, 8);
		take_word(hash, le64toh(word));
	}
	while (at < end)
		hash->tail |= (uint64_t)*at++ << (8 * (hash->len++ % 8));
}

void sip_keyed_hash_add_text(struct sip_keyed_hash *hash, struct sip_text text)
{
	uint32_t len = (uint32_t)text.len;

	sip_keyed_hash_add(hash, &len, sizeof(len));
	sip_keyed_hash_add(hash, text.at, text.len);
}

void sip_keyed_hash_end(struct sip_keyed_hash *hash, uint8_t out[SIP_KEYED_HASH_LEN])
{
	static const uint8_t finish[] = {0xee, 0xdd};

	take_word(hash, hash->tail | (uint64_t)hash->len << 56);
	for (unsigned half = 0; half < 2; half++) {
		uint64_t word;

		hash->v[half == 0 ? 2 : 1] ^= finish[half];
		for (unsigned i = 0; i < 4; i++)
			sip_round(hash->v);
		word = htole64(hash->v[0] ^ hash->v[1] ^ hash->v[2] ^ hash->v[3]);
		memcpy(out + 8 * half, &word, 8);
	}
}
