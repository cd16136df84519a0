/* SPDX-License-Identifier: BSD-3-Clause */
/* "show sa": every SA of the P-CSCF's sets, with its owner and its end. */
#include <stdio.h>

#include "operator_state.h"

struct list {
	const struct operator_desk *desk;
	json_t *sas;
};

static json_t *ports_json(const struct sa_parameters *sa)
{
	json_t *ports = json_array();

	for (unsigned i = 0; i < sa->port_pairs; i++)
		json_array_append_new(ports, json_pack("{s:i, s:i}", "local", sa->ports[i].local,
						     "remote", sa->ports[i].remote));
	return ports;
}

static void add_set(void *context, const struct sa_set *set)
{
	static const struct secret no_key;
	struct list *list = context;
	uint64_t now = timer_queue_now_ms(&list->desk->view.roles->timers);
	struct sa_parameters sas[SA_CLIENT_SET_MAX];
	char local[NET_TEXT_MAX], remote[NET_TEXT_MAX];
	unsigned count = sa_set_parameters(set, &no_key, 0, sas);

	for (unsigned i = 0; i < count; i++)
		json_array_append_new(list->sas,
			json_pack("{s:I, s:s, s:s, s:s, s:s, s:o, s:[s,s], s:s, s:s, s:I}", "spi",
				(json_int_t)sas[i].spi, "direction",
				sas[i].direction == SA_INBOUND ? "inbound" : "outbound",
				"algorithm", sa_algorithm_name(set->offer.algorithm), "local",
				net_address_print(&set->local, local), "remote",
				net_address_print(&set->ue, remote), "ports", ports_json(&sas[i]),
				"transports", "udp", "tcp", "impi", set->impi, "state",
				sa_set_state_name(set->state), "remaining_ms",
				(json_int_t)(set->end_ms > now ? set->end_ms - now : 0)));
}

json_t *operator_list_sas(const struct operator_desk *desk, const char *impi)
{
	struct list list = {.desk = desk, .sas = json_array()};

	pcscf_show_sets(desk->view.roles->pcscf, impi, add_set, &list);
	return list.sas;
}

void operator_sa(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	const char *impi;
	char text[64];
	json_t *sas;

	if (!operator_impi(desk, client, arguments, false, &impi))
		return;
	sas = operator_list_sas(desk, impi);
	snprintf(text, sizeof(text), "%zu security associations", json_array_size(sas));
	api_answer(client, 0, text, json_pack("{s:o}", "sas", sas));
}
