/* SPDX-License-Identifier: BSD-3-Clause */
/* Groups of 16 packets side by side, so that each hides the others' latency. Where one has ended,
 * the next one takes its track while the others go on: tracks are full until no packet is left. */
#pragma once

#include "hmac_lanes.h"

#define HMAC_TRACKS_MAX 4

/* What differs from hash to hash. */
struct hmac_tracks_hash {
	/* count: 1 … 16 packets, the longest first. */
	void (*open)(struct hmac_lanes *lanes, struct icv_packet *const *packets, unsigned count,
		uint32_t *code_at);
	/* So many blocks of each, its outer hash's among them. */
	void (*compress)(struct hmac_lanes *const *tracks, unsigned count, unsigned blocks);
	void (*write_tags)(const struct hmac_lanes *lanes);
};

/* Blocks until its tags are there. */
HMAC_INLINE unsigned hmac_tracks_left(const struct hmac_lanes *lanes)
{
	return lanes->longest + 1 - lanes->block;
}

/* Of left packets, a group takes so many. */
HMAC_INLINE unsigned hmac_tracks_take(unsigned left)
{
	return left < HMAC_LANES ? left : HMAC_LANES;
}

/* packets: the longest first. lanes: one per track, 1 … HMAC_TRACKS_MAX. */
HMAC_INLINE void hmac_tracks_run(const struct hmac_tracks_hash *hash, struct hmac_lanes *lanes,
	unsigned track_count, struct icv_packet *const *packets, unsigned count, uint32_t *code_at)
{
	struct hmac_lanes *tracks[HMAC_TRACKS_MAX];
	unsigned open = 0, some;

	for (; open < track_count && count > 0; open++, packets += some, count -= some) {
		some = hmac_tracks_take(count);
		tracks[open] = &lanes[open];
		hash->open(tracks[open], packets, some, code_at);
	}
	while (open > 0) {
		unsigned blocks = hmac_tracks_left(tracks[0]);

		for (unsigned t = 1; t < open; t++)
			if (hmac_tracks_left(tracks[t]) < blocks)
				blocks = hmac_tracks_left(tracks[t]);
		hash->compress(tracks, open, blocks);
		for (unsigned t = open; t-- > 0;) {
			if (hmac_tracks_left(tracks[t]) > 0)
				continue;
			hash->write_tags(tracks[t]);
			if (count == 0) {
				tracks[t] = tracks[--open];
				continue;
			}
			some = hmac_tracks_take(count);
			hash->open(tracks[t], packets, some, code_at);
			packets += some;
			count -= some;
		}
	}
}
