/* SPDX-License-Identifier: BSD-3-Clause */
/* All workers together: opened, wired to the ports and to each other, started, ended. */
#pragma once

#include "buffers.h"
#include "port.h"
#include "sa_owner.h"
#include "worker.h"

struct workers {
	uint32_t count;
	struct sa_owner owner;
	struct worker worker[CONFIG_WORKERS_MAX];
};

/* One for each CPU of the settings, each with its part of channel and memory; after EAL, before the
 * ports. What is handed in outlives them. 0, or -errno after an error line. */
int workers_open(struct workers *workers, const struct config_dataplane *config,
	const struct policy *policy, struct sa_channel *channel, const struct sa_memory *memory,
	int wake_fd) __attribute__((warn_unused_result));
void workers_close(struct workers *workers);

/* Gives each its queues and the buffers. */
void workers_wire(struct workers *workers, const struct buffers *buffers,
	const struct port *outside, const struct port *inside);

/* Returns when all poll: 0, or -errno after an error line, and then none does. */
int workers_start(struct workers *workers) __attribute__((warn_unused_result));

/* Returns when none polls any more. */
void workers_stop(struct workers *workers);
