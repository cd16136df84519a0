/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass from outside, after parse: who may speak to a protected host, and in which form. */
#pragma once

#include "burst.h"
#include "path.h"

/* Default-deny from outside (INT-3, P-PORT): keeps ESP to a protected host; passes ARP, neighbour
 * discovery and group membership, ICMPv6 that stays on the link, what else this host's rules pass
 * and, as far as the rate allows, plain SIP to its unprotected ports; drops all else. */
void guard(struct path *path, struct burst *burst);
