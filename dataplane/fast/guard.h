/* SPDX-License-Identifier: BSD-3-Clause */
/* Step from outside, after parse: who may speak to the protected host, and in which form. */
#pragma once

#include "burst.h"
#include "path.h"

/* Default-deny from outside (INT-3, P-PORT): keeps ESP to the protected host; passes ARP, ICMP
 * and, as far as the rate allows, plain SIP to the unprotected port; drops all else. */
void guard(struct path *path, struct burst *burst);
