/* SPDX-License-Identifier: BSD-3-Clause */
/* A counting sort, which costs nothing where all are of one length. */
#include "icv_order.h"

#include <string.h>

#include "burst.h"

#define BLOCKS_MAX ((ICV_LEN_MAX + 8) / ICV_BLOCK_LEN + 1)

void icv_order(struct icv_packet **packets, unsigned count)
{
	uint8_t place[BLOCKS_MAX + 1]; /* how many of so many blocks, then where the next goes */
	uint16_t blocks[BURST_MAX];
	struct icv_packet *unordered[BURST_MAX];
	unsigned low = BLOCKS_MAX, high = 0, next = 0;

	_Static_assert(BURST_MAX <= UINT8_MAX, "a place is an octet");
	for (unsigned i = 0; i < count; i++) {
		blocks[i] = (uint16_t)icv_packet_blocks(packets[i]);
		low = blocks[i] < low ? blocks[i] : low;
		high = blocks[i] > high ? blocks[i] : high;
	}
	if (low >= high)
		return;
	memset(place + low, 0, high - low + 1);
	for (unsigned i = 0; i < count; i++)
		place[blocks[i]]++;
	for (unsigned b = high + 1; b-- > low;) {
		unsigned some = place[b];

		place[b] = (uint8_t)next;
		next += some;
	}
	memcpy(unordered, packets, count * sizeof(*packets));
	for (unsigned i = 0; i < count; i++)
		packets[place[blocks[i]]++] = unordered[i];
}
