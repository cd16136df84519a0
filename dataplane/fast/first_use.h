/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside, the last before port_tx: the control plane hears that an SA is in use. */
#pragma once

#include "burst.h"
#include "path.h"

/* SA_EVENT_FIRST_USE for each SA of which a genuine packet has not been told yet (TS 33.203 §7.4:
 * the first message on a new SA begins the end of the old one). Where the ring has no room the next
 * packet of that SA tries again, so it is never lost. Drops nothing. */
void first_use(struct path *path, struct burst *burst);
