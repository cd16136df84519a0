/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps around the engine, both ways. The whole burst goes through it at once, so that all of its
 * lanes work. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "burst.h"
#include "icv.h"

/* What the engine hashes of packet i: all behind the IP header but the ICV. The tag is the
 * caller's. */
static inline void integrity_packet(
	const struct burst *burst, unsigned i, struct icv_packet *packet)
{
	packet->sa = burst->sa[i];
	packet->data = burst_payload(burst, i);
	packet->len = burst_payload_len(burst, i) - SA_ICV_LEN;
}

/* Takes the same time whatever they hold. */
static inline bool integrity_same(const uint8_t *a, const uint8_t *b)
{
	uint64_t first[2];
	uint32_t last[2];

	_Static_assert(SA_ICV_LEN == sizeof(first[0]) + sizeof(last[0]), "all of it");
	memcpy(&first[0], a, sizeof(first[0]));
	memcpy(&first[1], b, sizeof(first[1]));
	memcpy(&last[0], a + sizeof(first[0]), sizeof(last[0]));
	memcpy(&last[1], b + sizeof(first[1]), sizeof(last[1]));
	return ((first[0] ^ first[1]) | (last[0] ^ last[1])) == 0;
}

/* From outside: did its SA's key make it (RFC 4303 §3.4.4.1)? */
static inline enum drop_reason integrity_check(const struct icv_packet *packet)
{
	return packet->done && integrity_same(packet->tag, packet->data + packet->len) ? BURST_KEPT
										       : DROP_ICV;
}
