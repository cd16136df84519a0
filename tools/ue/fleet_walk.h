/* SPDX-License-Identifier: BSD-3-Clause */
/* The flows that a UE of a fleet goes through, one after the other, drawn by lot. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "random.h"

enum fleet_scenario { FLEET_REGISTER, FLEET_MIXED };

/* When a flow may be drawn. */
enum fleet_flow_place {
	FLEET_ANYWHERE,   /* it begins bare */
	FLEET_REGISTERED, /* it begins on a set of SAs */
	FLEET_LAST,       /* it ends the walk of a registered UE */
};

struct fleet_flow {
	const char *name;
	const char *verb; /* of the script; NULL: the UE does nothing any more */
	enum fleet_flow_place place;
	unsigned weight;
	bool registers; /* bare, to a 200: how long that takes is told */
	bool moves;     /* to its other address before */
	bool replays;   /* SM7's packet afterwards */
};

extern const struct fleet_flow fleet_flows[];
extern const size_t fleet_flow_count;

/* A flow of this place or, in the middle of a walk, of any that is possible. registered: there is a
 * set of SAs. */
const struct fleet_flow *fleet_walk_draw(const struct random *random, bool registered, bool last);
