/* SPDX-License-Identifier: BSD-3-Clause */
/* Asked by the passes from inside: does it fit the outside link, and if not, who learns of it? */
#pragma once

#include <stdbool.h>

#include "burst.h"
#include "path.h"

/* Does not stop what fits the outside port with overhead octets more, or may be cut to fit: IPv4
 * without DF, what came as fragments, what every IPv6 link carries, UDP that becomes ESP. True: its
 * sender is told how much fits (RFC 1191 §4, RFC 8201, at a bounded rate), and the caller drops it.
 * overhead: ESP's, 0 for a packet that stays as it is. */
bool too_big_stops(struct path *path, struct burst *burst, unsigned i, unsigned overhead);

static inline bool too_big(struct path *path, struct burst *burst, unsigned i, unsigned overhead)
{
	return unlikely(burst->shape[i].len + overhead > path->outside.mtu) &&
	       too_big_stops(path, burst, i, overhead);
}
