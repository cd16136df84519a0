/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside, before and after the integrity check. */
#include "replay.h"

#include "bytes.h"
#include "replay_window.h"
#include "wire.h"

static const enum drop_reason reasons[] = {
	[REPLAY_ZERO] = DROP_SEQUENCE_ZERO,
	[REPLAY_OLD] = DROP_REPLAY_OLD,
	[REPLAY_DUPLICATE] = DROP_REPLAY_DUPLICATE,
};

static struct replay_window window_of(struct path *path, struct sa_entry *sa)
{
	return (struct replay_window){
		.bits = sa_table_window(&path->table, sa),
		.top = &sa->top,
		.width = sa->replay_window,
	};
}

void replay_check(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		const struct replay_window window = window_of(path, burst->sa[i]);
		enum replay_verdict verdict;

		burst->sequence[i] =
			bytes_load_be32(burst_payload(burst, i) + WIRE_ESP_SEQUENCE_AT);
		verdict = replay_window_check(&window, burst->sequence[i]);
		if (verdict == REPLAY_NEW)
			burst_keep(burst, i, &kept);
		else
			burst_drop(burst, i, reasons[verdict], path->counters);
	}
	burst->count = kept;
}

void replay_move(struct path *path, struct burst *burst)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < burst->count; i++) {
		struct replay_window window = window_of(path, burst->sa[i]);
		enum replay_verdict verdict = replay_window_check(&window, burst->sequence[i]);

		if (verdict != REPLAY_NEW) {
			burst_drop(burst, i, reasons[verdict], path->counters);
			continue;
		}
		replay_window_move(&window, burst->sequence[i]);
		burst_keep(burst, i, &kept);
	}
	burst->count = kept;
}
