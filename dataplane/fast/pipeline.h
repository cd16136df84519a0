/* SPDX-License-Identifier: BSD-3-Clause */
/* The packet's way: the list of passes, in their order. Called by the worker only. */
#pragma once

#include "burst.h"
#include "path.h"

/* Each direction as data, so that who measures calls the same passes; the last one has no name. */
struct pipeline_pass {
	const char *name;
	void (*run)(struct path *path, struct burst *burst);
};

extern const struct pipeline_pass pipeline_inbound_passes[], pipeline_outbound_passes[];

/* Between the ports: burst->mbuf[0 .. count) came in with passed and dropped 0; afterwards the
 * packets in mbuf, pass and piece leave by the other port, those in answer by the same one, and
 * those in drop are to be freed. Fragments wait in the path meanwhile, and other workers' packets
 * have gone to these. */
void pipeline_inbound(struct path *path, struct burst *burst);
void pipeline_outbound(struct path *path, struct burst *burst);

/* From port to port. Returns how many packets came. */
unsigned pipeline_poll_outside(struct path *path, struct burst *burst);
unsigned pipeline_poll_inside(struct path *path, struct burst *burst);

/* The same with what other workers have handed over, of both sides. */
unsigned pipeline_poll_workers(struct path *path, struct burst *burst);
