/* SPDX-License-Identifier: BSD-3-Clause */
/* One line that is written over on a terminal, one per second elsewhere. */
#include "fleet_progress.h"

#include <stdio.h>
#include <unistd.h>

#define INTERVAL_MS 1000

void fleet_progress_open(struct fleet_progress *progress, bool wanted, double now_ms)
{
	progress->is_terminal = isatty(STDERR_FILENO) == 1;
	progress->is_on = wanted || progress->is_terminal;
	progress->told_ms = now_ms;
}

void fleet_progress_close(const struct fleet_progress *progress)
{
	if (progress->is_terminal)
		fputc('\n', stderr);
}

void fleet_progress_tell(struct fleet_progress *progress, const struct fleet_tally *tally,
	uint32_t ended, double now_ms)
{
	if (!progress->is_on || now_ms - progress->told_ms < INTERVAL_MS)
		return;
	progress->told_ms = now_ms;
	fprintf(stderr, "%s%7.0f s  %u flows begun, %u registered, %u failed, %u UEs ended%s",
		progress->is_terminal ? "\r\033[K" : "", now_ms / 1000, tally->begun,
		tally->registered, tally->failed, ended, progress->is_terminal ? "" : "\n");
}
