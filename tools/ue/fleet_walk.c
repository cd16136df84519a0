/* SPDX-License-Identifier: BSD-3-Clause */
/* One list gives the walk its flows, their weights, and the summary its rows. */
#include "fleet_walk.h"

#define FLOW(text, of_script, where, often, ...)                                                \
	{                                                                                       \
		.name = (text), .verb = (of_script), .place = FLEET_##where, .weight = (often), \
		__VA_ARGS__                                                                     \
	}

const struct fleet_flow fleet_flows[] = {
	FLOW("register", "register", ANYWHERE, 6, .registers = true),
	FLOW("retransmit", "retransmit", ANYWHERE, 2, .registers = true),
	FLOW("replay", "register", ANYWHERE, 2, .registers = true, .replays = true),
	FLOW("change-address", "register", ANYWHERE, 2, .registers = true, .moves = true),
	FLOW("wrong-res", "wrong-res", ANYWHERE, 2),
	FLOW("wrong-key", "wrong-key", ANYWHERE, 1),
	FLOW("wrong-verify", "wrong-verify", ANYWHERE, 1),
	FLOW("wrong-client", "wrong-client", ANYWHERE, 1),
	FLOW("wrong-mac", "wrong-mac", ANYWHERE, 1),
	FLOW("wrong-sqn", "wrong-sqn", ANYWHERE, 2),
	FLOW("wrong-auts", "wrong-auts", ANYWHERE, 1),
	FLOW("silence", "silence", ANYWHERE, 2),
	FLOW("reregister", "reregister", REGISTERED, 10),
	FLOW("re-wrong-res", "re-wrong-res", REGISTERED, 2),
	FLOW("re-wrong-mac", "re-wrong-mac", REGISTERED, 2),
	FLOW("re-wrong-sqn", "re-wrong-sqn", REGISTERED, 2),
	FLOW("re-silence", "re-silence", REGISTERED, 2),
	FLOW("deregister", "deregister", REGISTERED, 2),
	FLOW("deregister-all", "deregister-all", REGISTERED, 1),
	FLOW("leave", "deregister", LAST, 2),
	FLOW("leave-all", "deregister-all", LAST, 1),
	FLOW("vanish", NULL, LAST, 2),
};

const size_t fleet_flow_count = sizeof(fleet_flows) / sizeof(fleet_flows[0]);

static bool is_possible(const struct fleet_flow *flow, bool registered, bool last)
{
	if (last)
		return flow->place == FLEET_LAST;
	return flow->place == FLEET_ANYWHERE || (flow->place == FLEET_REGISTERED && registered);
}

const struct fleet_flow *fleet_walk_draw(const struct random *random, bool registered, bool last)
{
	unsigned sum = 0, drawn;
	size_t i;

	for (i = 0; i < fleet_flow_count; i++)
		sum += is_possible(&fleet_flows[i], registered, last) ? fleet_flows[i].weight : 0;
	drawn = random_u32(random) % sum;
	for (i = 0;; i++) {
		if (!is_possible(&fleet_flows[i], registered, last))
			continue;
		if (drawn < fleet_flows[i].weight)
			return &fleet_flows[i];
		drawn -= fleet_flows[i].weight;
	}
}
