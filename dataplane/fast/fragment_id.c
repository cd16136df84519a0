/* SPDX-License-Identifier: BSD-3-Clause */
/* Of the gateway's own, where it is the origin of what it cuts. */
#include "fragment_id.h"

#include <string.h>

#include "sa_table_hash.h"

_Static_assert(FRAGMENT_ID_SEED_WORDS == SA_SEED_WORDS, "the table's seed serves");

void fragment_id_init(
	struct fragment_ids *ids, const uint64_t seed[FRAGMENT_ID_SEED_WORDS], uint32_t start)
{
	memcpy(ids->seed, seed, sizeof(ids->seed));
	ids->ipv4[0] = ids->ipv4[1] = (uint16_t)start;
	for (unsigned i = 0; i < FRAGMENT_ID_COUNTERS; i++)
		ids->ipv6[i] = start;
}

uint16_t fragment_id_ipv4(struct fragment_ids *ids, bool verified)
{
	uint16_t count = ids->ipv4[verified]++ & (FRAGMENT_ID_VERIFIED - 1);

	return verified ? count | FRAGMENT_ID_VERIFIED : count;
}

uint32_t fragment_id_ipv6(struct fragment_ids *ids, const uint8_t *source, const uint8_t *target)
{
	uint64_t words[4], hash;

	memcpy(words, source, 16);
	memcpy(words + 2, target, 16);
	hash = sa_table_hash_mix(words[0] ^ ids->seed[3], words[1] ^ ids->seed[2]);
	hash = sa_table_hash_mix(hash ^ words[2], words[3] ^ ids->seed[1]);
	hash = sa_table_hash_mix(hash ^ ids->seed[0], ids->seed[1] | 1);
	return (uint32_t)(hash >> 32) + ids->ipv6[hash % FRAGMENT_ID_COUNTERS]++;
}
