/* SPDX-License-Identifier: BSD-3-Clause */
/* A UE of a fleet between two flows. */
#include "fleet_ue.h"

#include <string.h>

void fleet_ue_open(
	struct fleet_ue *ue, uint32_t number, uint64_t seed, uint32_t steps, uint32_t loss_percent)
{
	uint64_t stream = seed ^ (uint64_t)number << 32;
	struct random random = random_seeded(&stream);

	memset(ue, 0, sizeof(*ue));
	ue->number = number;
	ue->steps = steps;
	ue->loss.percent = loss_percent;
	random_fill(&random, &ue->stream, sizeof(ue->stream));
	random_fill(&random, &ue->loss.stream, sizeof(ue->loss.stream));
}

void fleet_ue_close(struct fleet_ue *ue)
{
	secret_wipe_bytes(ue, sizeof(*ue));
}

const struct fleet_flow *fleet_ue_next(struct fleet_ue *ue, enum fleet_scenario scenario)
{
	struct random random = random_seeded(&ue->stream);
	bool last = ue->steps == 0;

	if (ue->is_over || (last && (scenario == FLEET_REGISTER || !ue->is_registered)))
		return NULL;
	ue->is_over = last;
	if (!last)
		ue->steps--;
	if (scenario == FLEET_REGISTER)
		return fleet_flows;
	return fleet_walk_draw(&random, ue->is_registered, last);
}

void fleet_ue_enter(struct fleet_ue *ue, struct registration *registration)
{
	registration->random = random_seeded(&ue->stream);
	registration->loss = &ue->loss;
	registration->card->sqn = ue->sqn;
	registration->state = REGISTRATION_IDLE;
	registration->established = NULL;
	if (!ue->is_registered)
		return;
	registration->set = ue->set;
	registration->established = &registration->set;
	strcpy(registration->established_server, ue->security_server);
}

void fleet_ue_leave(struct fleet_ue *ue, struct registration *registration)
{
	size_t len = strlen(registration->established_server);

	ue->sqn = registration->card->sqn;
	ue->is_registered = registration->established && len < sizeof(ue->security_server);
	if (ue->is_registered) {
		ue->set = *registration->established;
		memcpy(ue->security_server, registration->established_server, len + 1);
	}
	registration->established = NULL;
	registration->loss = NULL;
}
