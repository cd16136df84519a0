/* SPDX-License-Identifier: BSD-3-Clause */
/* Made before the workers start. */
#include "hand_over_rings.h"

#include <errno.h>
#include <stdio.h>

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_ring.h>

#include "hand_over.h"
#include "log.h"
#include "worker.h"

static struct rte_ring *make(uint32_t from, uint32_t to, unsigned side)
{
	char name[RTE_RING_NAMESIZE];

	snprintf(name, sizeof(name), "hand_%u_%u_%u", from & 0xff, to & 0xff, side & 0xff);
	return rte_ring_create(name, HAND_OVER_RING, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
}

int hand_over_rings_open(struct worker *workers, uint32_t count, const struct sa_owner *owner)
{
	for (uint32_t w = 0; w < count; w++)
		workers[w].path.hand_over =
			(struct path_hand_over){.owner = owner, .workers = count};
	for (uint32_t from = 0; from < count; from++) {
		for (uint32_t n = 0; n < count * PATH_SIDES; n++) {
			uint32_t to = n / PATH_SIDES;
			unsigned side = n % PATH_SIDES;
			struct rte_ring *ring;

			if (to == from)
				continue;
			ring = make(from, to, side);
			if (!ring) {
				log_error("no memory for the rings between workers (%s): raise "
					  "/dataplane/memory_mb",
					rte_strerror(rte_errno));
				hand_over_rings_close(workers, count);
				return -ENOMEM;
			}
			workers[from].path.hand_over.to[side][to] = ring;
			workers[to].path.hand_over.from[side][from] = ring;
		}
	}
	return 0;
}

void hand_over_rings_close(struct worker *workers, uint32_t count)
{
	for (uint32_t w = 0; w < count; w++) {
		struct path_hand_over *rings = &workers[w].path.hand_over;

		for (unsigned side = 0; side < PATH_SIDES; side++) {
			for (uint32_t to = 0; to < count; to++)
				rte_ring_free(rings->to[side][to]); /* NULL: nothing */
		}
	}
	for (uint32_t w = 0; w < count; w++)
		workers[w].path.hand_over = (struct path_hand_over){.owner = NULL};
}
