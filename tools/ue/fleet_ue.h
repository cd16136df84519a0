/* SPDX-License-Identifier: BSD-3-Clause */
/* What a UE of a fleet keeps between two flows: less than a kilobyte. All that it draws by lot
 * comes from streams of its own, so that its walk is a function of the seed and its number. */
#pragma once

#include "fleet_walk.h"
#include "loss.h"
#include "registration.h"

struct fleet_ue {
	uint32_t number;
	uint32_t steps; /* flows before the one that ends its walk */
	bool is_moved;  /* to its other address */
	bool is_registered;
	bool is_over;    /* its last flow has begun */
	uint64_t stream; /* of random numbers */
	struct loss loss;
	struct sqn_array sqn;
	struct sa_set set;                            /* while it is registered */
	char security_server[SEC_AGREE_TEXT_MAX / 4]; /* of that set */
};

void fleet_ue_open(
	struct fleet_ue *ue, uint32_t number, uint64_t seed, uint32_t steps, uint32_t loss_percent);
void fleet_ue_close(struct fleet_ue *ue);

/* The next flow; NULL: its walk is over. */
const struct fleet_flow *fleet_ue_next(struct fleet_ue *ue, enum fleet_scenario scenario);

/* Into a registration that is idle, and out of it when a flow is over. The ISIM's key is the
 * registration's card's already. */
void fleet_ue_enter(struct fleet_ue *ue, struct registration *registration);
void fleet_ue_leave(struct fleet_ue *ue, struct registration *registration);
