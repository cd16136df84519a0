/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_owner.h"

/* Toeplitz: for each bit of the input that is set, from the left, the 32 bits of the key that begin
 * at that bit are added without carry. The key repeats itself after 16 bits, so what is 16 bits
 * further on in the input adds the same ones. */
static uint8_t slot_bits(uint16_t fold)
{
	const uint32_t key = SA_OWNER_KEY << 16 | SA_OWNER_KEY;
	uint32_t hash = 0;

	for (unsigned bit = 0; bit < 16; bit++)
		if (fold & 0x8000u >> bit)
			hash ^= key << bit | key >> 16 >> (16 - bit);
	return hash % SA_OWNER_SLOTS;
}

void sa_owner_init(struct sa_owner *owner, uint32_t workers)
{
	for (uint32_t i = 0; i < SA_OWNER_SLOTS; i++)
		owner->worker[i] = (uint8_t)(i % workers);
	for (unsigned octet = 0; octet < 256; octet++) {
		owner->high[octet] = slot_bits((uint16_t)(octet << 8));
		owner->low[octet] = slot_bits((uint16_t)octet);
	}
}

uint32_t sa_owner_of(const struct sa_owner *owner, const struct sa_parameters *sa)
{
	return sa_owner_worker(
		owner, sa_owner_fold(sa->local.bytes, sizeof(sa->local.bytes)) ^
			       sa_owner_fold(sa->remote.bytes, sizeof(sa->remote.bytes)));
}
