/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass from outside, after sa_lookup: ESP is verified and comes off. */
#pragma once

#include "burst.h"
#include "path.h"

/* RFC 4303 §3.4, in its order: window, ICV, window again, padding and next header, then the SA's
 * selectors (RFC 4301 §5.2). What is kept is plain UDP or TCP. */
void esp_in(struct path *path, struct burst *burst);
