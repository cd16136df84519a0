/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps from outside, before and after the ICV: each number once. */
#pragma once

#include "burst.h"
#include "bytes.h"
#include "path.h"
#include "replay_window.h"
#include "wire.h"

static inline struct replay_window replay_window_of(struct path *path, struct sa_entry *sa)
{
	return (struct replay_window){
		.bits = sa_table_window(&path->table, sa),
		.top = &sa->top,
		.width = sa->replay_window,
	};
}

static inline enum drop_reason replay_reason(enum replay_verdict verdict)
{
	static const uint8_t reasons[] = {
		[REPLAY_NEW] = BURST_KEPT,
		[REPLAY_ZERO] = DROP_SEQUENCE_ZERO,
		[REPLAY_OLD] = DROP_REPLAY_OLD,
		[REPLAY_DUPLICATE] = DROP_REPLAY_DUPLICATE,
	};

	return (enum drop_reason)reasons[verdict];
}

/* RFC 4303 §3.4.3, INT-6: before the ICV, what can not be new goes at once; fills sequence. */
static inline enum drop_reason replay_check(struct path *path, struct burst *burst, unsigned i)
{
	const struct replay_window window = replay_window_of(path, burst->sa[i]);

	burst->sequence[i] = bytes_load_be32(burst_payload(burst, i) + WIRE_ESP_SEQUENCE_AT);
	return replay_reason(replay_window_check(&window, burst->sequence[i]));
}

/* After the ICV: checked again packet by packet, since two copies may be in one burst, and only
 * then moved. A forged packet never comes here. */
static inline enum drop_reason replay_move(struct path *path, struct burst *burst, unsigned i)
{
	struct replay_window window = replay_window_of(path, burst->sa[i]);

	return replay_reason(replay_window_take(&window, burst->sequence[i]));
}
