/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets that no honest UE sends, made from the last registration's SM7 and SM12. The gateway
 * must drop each under a reason of its own (INT-2, INT-3). */
#pragma once

#include <stdbool.h>

#include "registration.h"

/* Whether there is an attack of this name. */
bool attack_known(const char *name);

/* "  replay           the captured SM7 again\n …" on standard output. */
void attack_list(void);

/* Makes and sends one. foreign: the source address that is not the UE's. NULL, or what failed. */
const char *attack_run(const char *name, struct registration *registration,
	const struct net_address *foreign) __attribute__((warn_unused_result));
