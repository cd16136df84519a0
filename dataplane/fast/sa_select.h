/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass from inside, after parse: what must be protected, and by which SA? */
#pragma once

#include "burst.h"
#include "path.h"

/* From inside: keeps what an outbound SA takes (by addresses and ports), drops what leaves a
 * protected port without one (INT-3), passes all else. Fills sa. */
void sa_select(struct path *path, struct burst *burst);
