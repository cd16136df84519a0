/* SPDX-License-Identifier: BSD-3-Clause */
/* One lcore: the packet's way, both directions, and the commands between two bursts. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "burst.h"
#include "config.h"
#include "path.h"
#include "sa_apply.h"
#include "sa_channel.h"
#include "sa_memory.h"

struct worker {
	struct path path;
	struct sa_apply apply;
	struct burst burst;
	bool naps;   /* where all ports are the kernel's: an idle worker gives its CPU to others */
	int wake_fd; /* eventfd: the control plane sleeps on it */
	atomic_bool running; /* (worker) it polls */
	atomic_bool stop;    /* (main) it shall end after this burst */
} __attribute__((aligned(64)));

/* Everything but the ports, the buffers and the rings to other workers, which the caller fills into
 * path. 0, or -errno after an error line. */
int worker_open(struct worker *worker, uint32_t number, const struct policy *policy,
	const struct config_dataplane *config, struct sa_channel *channel,
	const struct sa_memory *memory, int wake_fd) __attribute__((warn_unused_result));
void worker_close(struct worker *worker);

/* The loop, for rte_eal_remote_launch. Polls until stop; returns 0. */
int worker_run(void *worker);
