/* SPDX-License-Identifier: BSD-3-Clause */
/* Which worker owns the SAs of a pair of addresses, and so each packet between them: both
 * directions, fragments, ESP. It is what a NIC's RSS comes to with the key 6d5a 6d5a … over both
 * addresses, ports left out, and a redirection table whose place i is queue i modulo the workers.
 * Both planes ask here. */
#pragma once

#include <stdint.h>
#include <string.h>

#include "sa.h"

#define SA_OWNER_KEY   0x6d5au /* the key's period: that makes the hash symmetric */
#define SA_OWNER_SLOTS 128u    /* of the redirection table: the hash's low 7 bits */

struct sa_owner {
	uint8_t worker[SA_OWNER_SLOTS];
	uint8_t high[256], low[256]; /* the slot bits that each octet of a fold flips */
};

/* workers: 1 … SA_OWNER_SLOTS. */
void sa_owner_init(struct sa_owner *owner, uint32_t workers);

/* All that this hash sees of addresses: the exclusive or of their 16-bit words. addresses in
 * network order, len a multiple of 8; what several pieces come to is the exclusive or of theirs. */
static inline uint16_t sa_owner_fold(const uint8_t *addresses, unsigned len)
{
	uint64_t sum = 0;

	for (unsigned at = 0; at < len; at += sizeof(sum)) {
		uint64_t word;

		memcpy(&word, addresses + at, sizeof(word));
		sum ^= word;
	}
	sum ^= sum >> 32;
	sum ^= sum >> 16;
	return (uint16_t)sum;
}

/* The number of the worker, below workers. */
static inline uint32_t sa_owner_worker(const struct sa_owner *owner, uint16_t fold)
{
	uint8_t octets[sizeof(fold)]; /* in memory: network order */

	memcpy(octets, &fold, sizeof(fold));
	return owner->worker[owner->high[octets[0]] ^ owner->low[octets[1]]];
}

uint32_t sa_owner_of(const struct sa_owner *owner, const struct sa_parameters *sa);
