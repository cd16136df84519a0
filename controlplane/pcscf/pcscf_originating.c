/* SPDX-License-Identifier: BSD-3-Clause */
/* A request of a registered UE on its way to the home network, and the answer on its way back
 * (TS 24.229 §5.2.6.3). Of all methods SUBSCRIBE is carried. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "pcscf_state.h"
#include "sip_list.h"
#include "sip_max_forwards.h"
#include "sip_name_addr.h"
#include "sip_param.h"
#include "sip_via.h"

/* From its arrival to its final answer. */
struct originating {
	struct pcscf *pcscf;
	struct sip_reply_to reply_to;
	struct sa_set *set; /* held */
	char branch[SIP_TOKEN_MAX];
};

static void trace_ue(const struct sa_set *set, const char *from, const char *to, const char *what)
{
	const struct trace *trace = set->pcscf->settings.trace;
	const struct net_endpoint ue = {.address = set->ue, .port = set->offer.port_s};
	char text[NET_TEXT_MAX];

	if (trace_on(trace))
		trace_hop(trace, "SUBSCRIBE", from, to, set->impi, what, "UE %s, inside ESP",
			net_endpoint_print(&ue, text));
}

static void answered(void *context, struct sip_message *response)
{
	struct originating *asked = context;
	struct sip_reply_to reply_to = asked->reply_to;
	bool final = !response || response->status >= 200;
	char what[64];

	if (response && (!sip_via_matches(response, asked->branch) || sip_via_pop(response) != 0 ||
				pcscf_record_route_turn(asked->set, response) != 0)) {
		sip_message_destroy(response);
		response = NULL;
		if (!final)
			return;
	}
	if (response) {
		snprintf(what, sizeof(what), "%u %.*s", response->status,
			SIP_TEXT_ARGS(response->reason));
		trace_ue(asked->set, "P-CSCF", "UE", what);
		response->flow = pcscf_set_flow(asked->set);
	}
	if (final) {
		pcscf_set_release(asked->set);
		free(asked);
	}
	sip_hop_reply(reply_to, response);
}

static bool is_in_dialog(struct sip_message *request)
{
	struct sip_name_addr to;

	return sip_name_addr_parse(
		       &request->arena, sip_header_value(request, SIP_HEADER_TO), &to) == 0 &&
	       sip_param_find(to.params, "tag", NULL);
}

/* P-24229: an initial request goes by Service-Route, whatever the UE makes of it; one within a
 * dialog by what is behind the own entry. */
static int route(const struct sa_set *set, struct sip_message *request)
{
	if (is_in_dialog(request))
		return pcscf_record_route_pop(&set->pcscf->settings, &set->local, request, NULL);
	sip_header_remove_all(request, SIP_HEADER_ROUTE);
	return set->service_route && set->service_route[0]
		       ? sip_header_add(request, SIP_HEADER_ROUTE, sip_text(set->service_route))
		       : 0;
}

static int edit(struct originating *asked, struct sip_message *request)
{
	/* A UE is no proxy, and only the network writes of charging. */
	static const enum sip_header_id names[] = {SIP_HEADER_RECORD_ROUTE, SIP_HEADER_PATH,
		SIP_HEADER_P_VISITED_NETWORK_ID, SIP_HEADER_P_CHARGING_VECTOR,
		SIP_HEADER_P_CHARGING_FUNCTION_ADDRESSES};
	const struct pcscf_settings *settings = &asked->pcscf->settings;
	int status = pcscf_forward_remove_agreement(request);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sip_header_remove_all(request, names[i]);
	if (status == 0)
		status = route(asked->set, request);
	if (status == 0)
		status = pcscf_record_route_push(asked->set, request, false);
	if (status == 0)
		status = sip_max_forwards_step(request);
	if (status != 0)
		return status;
	sip_token_branch(&settings->random, asked->branch);
	return sip_via_push(
		request, SIP_UDP, settings->host_name, settings->unprotected_port, asked->branch);
}

/* Who may ask, and on which set. */
static bool check(const struct pcscf *pcscf, struct sip_message *request, struct sa_set *set,
	struct pcscf_refusal *refusal)
{
	int status;

	if (request->method != SIP_SUBSCRIBE || !pcscf->settings.home.send) {
		*refusal = (struct pcscf_refusal){
			.status = 405, .header = SIP_HEADER_ALLOW, .value = "REGISTER, SUBSCRIBE"};
		return false;
	}
	/* P-LIFE: what is new does not begin on a set that only fades. */
	if (!sa_set_state_is_in_force(set->state)) {
		*refusal = (struct pcscf_refusal){
			.status = 403, .reason = "A newer security association is in use"};
		return false;
	}
	if (!pcscf_extensions_check(request, refusal) ||
		!pcscf_protected_match(set, request, refusal))
		return false;
	status = pcscf_identity_assert(set, request);
	if (status == 0)
		return true;
	*refusal = (struct pcscf_refusal){.status = status == -ENOENT ? 403 : 500,
		.reason = status == -ENOENT ? "No registered identity to assert" : NULL};
	return false;
}

void pcscf_originate(struct pcscf *pcscf, struct sip_message *request, struct sip_reply_to reply_to,
	struct sa_set *set)
{
	struct pcscf_refusal refusal = {.status = 500};
	struct originating *asked;

	if (!check(pcscf, request, set, &refusal))
		goto refuse_request;
	trace_ue(set, "UE", "P-CSCF", "SUBSCRIBE");
	asked = calloc(1, sizeof(*asked));
	if (!asked)
		goto refuse_request;
	*asked = (struct originating){.pcscf = pcscf, .reply_to = reply_to, .set = set};
	if (edit(asked, request) != 0)
		goto free_asked;
	pcscf_set_hold(set);
	pcscf->counters.originated++;
	trace_hop(pcscf->settings.trace, "SUBSCRIBE", "P-CSCF", "S-CSCF", set->impi, "SUBSCRIBE",
		"as %.*s",
		SIP_TEXT_ARGS(sip_header_value(request, SIP_HEADER_P_ASSERTED_IDENTITY)));
	sip_hop_send(pcscf->settings.home, request,
		(struct sip_reply_to){.reply = answered, .context = asked});
	return;
free_asked:
	free(asked);
refuse_request:
	pcscf_refuse(pcscf, request, reply_to, set, &refusal);
}
