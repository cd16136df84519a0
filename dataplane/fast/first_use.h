/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside: the control plane learns which SAs are in use. */
#pragma once

#include "path.h"

/* A genuine packet of this SA, of which none has been told yet (the caller looks at announced):
 * SA_EVENT_FIRST_USE (P-LIFE; TS 33.203 §7.4: the first message on a new SA begins the end of the
 * old one). Where the ring has no room the next packet of that SA tries again, so it is never lost.
 */
void first_use(struct path *path, struct sa_entry *sa);
