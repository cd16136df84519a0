/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet that has no room for ESP in its buffer: it came in several, or from elsewhere. */
#include "encap.h"

#include "flat.h"

bool encap_make_room(struct path *path, struct burst *burst, unsigned i)
{
	unsigned link_len = burst_link_len(burst, i);

	if (!flat_make(path->large, &burst->mbuf[i]))
		return false;
	burst->ip[i] = rte_pktmbuf_mtod_offset(burst->mbuf[i], uint8_t *, link_len);
	return true;
}
