/* SPDX-License-Identifier: BSD-3-Clause */
/* The rings between workers: for each two of them and each side one in each direction. */
#pragma once

#include <stdint.h>

#include "path.h"
#include "sa_owner.h"

struct worker;

/* After EAL. Fills path.hand_over of all; none where there is one worker. 0, or -ENOMEM after an
 * error line. owner outlives the workers. */
int hand_over_rings_open(struct worker *workers, uint32_t count, const struct sa_owner *owner)
	__attribute__((warn_unused_result));

/* Once no worker runs. What still lies in a ring goes with its pool. */
void hand_over_rings_close(struct worker *workers, uint32_t count);
