/* SPDX-License-Identifier: BSD-3-Clause */
/* A request of the home network on its way to a UE, on the set that the P-CSCF sends on, and the
 * UE's answer on its way back (TS 24.229 §5.2.6.4). Of all methods NOTIFY is carried. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcscf_state.h"
#include "sip_list.h"
#include "sip_max_forwards.h"
#include "sip_param.h"
#include "sip_uri.h"
#include "sip_via.h"

/* From its arrival to its final answer. */
struct terminating {
	struct pcscf *pcscf;
	struct sip_reply_to reply_to;
	char impi[PCSCF_IMPI_MAX], branch[SIP_TOKEN_MAX];
};

static void answered(void *context, struct sip_message *response)
{
	/* P-ID: what a UE asserts itself goes no further. */
	static const enum sip_header_id names[] = {SIP_HEADER_P_ASSERTED_IDENTITY,
		SIP_HEADER_P_PREFERRED_IDENTITY, SIP_HEADER_P_CHARGING_VECTOR,
		SIP_HEADER_P_CHARGING_FUNCTION_ADDRESSES};
	struct terminating *told = context;
	struct sip_reply_to reply_to = told->reply_to;
	bool final = !response || response->status >= 200;
	char what[64];

	if (response && (!sip_via_matches(response, told->branch) || sip_via_pop(response) != 0)) {
		sip_message_destroy(response);
		response = NULL;
		if (!final)
			return;
	}
	for (size_t i = 0; response && i < sizeof(names) / sizeof(names[0]); i++)
		sip_header_remove_all(response, names[i]);
	if (response) {
		snprintf(what, sizeof(what), "%u %.*s", response->status,
			SIP_TEXT_ARGS(response->reason));
		trace_hop(told->pcscf->settings.trace, "NOTIFY", "UE", "P-CSCF", told->impi, what,
			"%u", response->status);
	}
	if (final)
		free(told);
	sip_hop_reply(reply_to, response);
}

/* P-LIFE: the old set until the new one is used. One that ends still carries the last word. */
static unsigned send_rank(enum sa_set_state state)
{
	switch (state) {
	case SA_SET_REPLACED:
		return 4;
	case SA_SET_CONFIRMED:
		return 3;
	case SA_SET_NEW:
		return 2;
	case SA_SET_CLOSING:
		return 1;
	default:
		return 0;
	}
}

/* The one of this IMPI that leads to where the UE said that it is. */
static const struct sa_set *find_set(
	const struct pcscf *pcscf, const char *impi, const struct sip_uri *target)
{
	const struct sa_set *set = sa_set_table_of_impi(&pcscf->sets, impi), *best = NULL;
	struct net_address ue;

	if (net_address_parse(target->host.at, target->host.len, &ue) != 0)
		return NULL;
	for (; set; set = set->next_of_impi)
		if (net_address_equal(&set->ue, &ue) && set->offer.port_s == target->port &&
			send_rank(set->state) > (best ? send_rank(best->state) : 0))
			best = set;
	return best;
}

/* P-USE: the UE answers a datagram to port_ps; on a connection it answers there. */
static int edit(struct terminating *told, struct sip_message *request, const struct sa_set *set,
	enum sip_transport_kind transport)
{
	char host[NET_TEXT_MAX];
	int status = pcscf_record_route_push(set, request, true);

	sip_header_remove_all(request, SIP_HEADER_P_CHARGING_VECTOR);
	sip_header_remove_all(request, SIP_HEADER_P_CHARGING_FUNCTION_ADDRESSES);
	if (status == 0)
		status = sip_max_forwards_step(request);
	if (status != 0)
		return status;
	sip_token_branch(&told->pcscf->settings.random, told->branch);
	return sip_via_push(request, transport, net_address_print(&set->local, host),
		set->own.port_s, told->branch);
}

static void send_on(struct terminating *told, struct sip_message *request, const struct sa_set *set,
	const struct sip_uri *target)
{
	const struct pcscf_settings *settings = &told->pcscf->settings;
	char remote[NET_TEXT_MAX];
	struct sip_text transport;
	struct sip_flow flow = pcscf_set_flow(set);

	/* RFC 3261 §19.1.5. A connection that the UE has closed is opened anew, from here. */
	if (sip_param_find(target->params, "transport", &transport) &&
		sip_text_equal_nocase(transport, sip_text("tcp")))
		flow.transport = SIP_TCP;
	if (edit(told, request, set, flow.transport) != 0) {
		struct sip_reply_to reply_to = told->reply_to;

		free(told);
		sip_hop_refuse(request, reply_to, 500, NULL, NULL);
		return;
	}
	request->flow = flow;
	told->pcscf->counters.terminated++;
	trace_hop(settings->trace, "NOTIFY", "P-CSCF", "UE", told->impi, "NOTIFY",
		"port %u to %s, inside ESP", flow.local.port,
		net_endpoint_print(&flow.remote, remote));
	sip_hop_send(
		settings->ues, request, (struct sip_reply_to){.reply = answered, .context = told});
}

static void receive(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct pcscf *pcscf = element;
	struct terminating *told = calloc(1, sizeof(*told));
	const struct sa_set *set;
	struct sip_uri target;
	unsigned status = 405;

	if (!told) {
		sip_message_destroy(request);
		sip_hop_reply(reply_to, NULL);
		return;
	}
	*told = (struct terminating){.pcscf = pcscf, .reply_to = reply_to};
	if (request->method != SIP_NOTIFY)
		goto refuse_request;
	status = 500;
	if (pcscf_record_route_pop(
		    &pcscf->settings, &pcscf->settings.address, request, told->impi) != 0 ||
		sip_uri_parse(&request->arena, request->request_uri, &target) != 0)
		goto refuse_request;
	status = 480;
	set = find_set(pcscf, told->impi, &target);
	if (!set) {
		pcscf->counters.unreachable++;
		goto refuse_request;
	}
	send_on(told, request, set, &target);
	return;
refuse_request:
	free(told);
	sip_hop_refuse(request, reply_to, status, NULL, NULL);
}

/* P-LIFE: an answer is a further message on a set, too. */
void pcscf_answered(struct pcscf *pcscf, const struct sip_flow *arrival)
{
	struct sa_set *set = sa_set_table_find(&pcscf->sets, &arrival->remote);

	if (set && arrival->local.port == set->own.port_s)
		pcscf_set_event(set, SA_SET_USED);
}

struct sip_next_hop pcscf_network_hop(struct pcscf *pcscf)
{
	return (struct sip_next_hop){.send = receive, .element = pcscf};
}
