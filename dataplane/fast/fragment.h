/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass, the last before port_tx in both directions: what the other link can not carry is cut. */
#pragma once

#include "burst.h"
#include "path.h"

/* Kept and passed packets that are larger than the port's MTU become fragments in piece (RFC 791
 * §3.2, RFC 8200 §4.5). Who must be told instead was told by too_big.h; toward inside the gateway
 * stands for the host, so that DF does not matter. What the gateway is the origin of, ESP, and all
 * IPv4 fragments toward inside have identifications of its own (fragment_id.h). */
void fragment(struct path *path, const struct path_port *to, struct burst *burst);
