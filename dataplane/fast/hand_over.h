/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass, second in both directions, where there are several workers: what arrived at the wrong one
 * goes to the owner of its addresses, by a ring of its own for each two workers and each side. */
#pragma once

#include "burst.h"
#include "path.h"

#define HAND_OVER_RING (4 * BURST_MAX) /* places of a ring, one of which stays empty */

/* IP packets of another owner leave the burst, in their order; DROP_HAND_OVER_FULL where the ring
 * takes no more. Fragments of a packet have one pair of addresses, so they meet at one worker
 * before they are put together. What has no addresses (ARP) stays where it arrived. */
void hand_over_outside(struct path *path, struct burst *burst);
void hand_over_inside(struct path *path, struct burst *burst);

/* What others have handed over to this worker, up to BURST_MAX packets of one side, into an emptied
 * burst: frames as they came from the port, but for what parse has cut off. Never waits. */
void hand_over_receive(struct path *path, enum path_side side, struct burst *burst);
