/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory that packets lie in, taken once at start. */
#pragma once

#include "config.h"

struct rte_mempool;

#define BUFFERS_QUEUE 512 /* a port's queue holds as many: its descriptors */

struct buffers {
	struct rte_mempool *packets; /* what the ports receive into */
	struct rte_mempool *large;   /* for what needs one that is as large as can be */
};

/* For the largest packets of both ports. 0, or -errno after an error line. They go with the
 * process: DPDK clears what it is given back, and no process that ends has to wait for that. */
int buffers_open(const struct config_dataplane *config, struct buffers *out)
	__attribute__((warn_unused_result));
