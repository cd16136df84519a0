/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside, the last that judges: is it what its SA is for? */
#pragma once

#include "burst.h"
#include "path.h"

/* Does the packet belong to its SA? Addresses, transport header and ports (RFC 4301 §5.2 step 4):
 * the ICV covers neither the IP header nor who may use the key for what. */
void selectors(struct path *path, struct burst *burst);
