/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a fleet stands, once a second on standard error: where that is a terminal, or on demand. */
#pragma once

#include "fleet_tally.h"

struct fleet_progress {
	bool is_on, is_terminal;
	double told_ms;
};

void fleet_progress_open(struct fleet_progress *progress, bool wanted, double now_ms);

/* Ends the terminal's line. */
void fleet_progress_close(const struct fleet_progress *progress);

/* ended: UEs. */
void fleet_progress_tell(struct fleet_progress *progress, const struct fleet_tally *tally,
	uint32_t ended, double now_ms);
