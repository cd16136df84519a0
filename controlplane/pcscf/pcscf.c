/* SPDX-License-Identifier: BSD-3-Clause */
/* The P-CSCF's door: which port a request came to decides what it may be (P-PORT, P-WHICH). */
#include "pcscf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "pcscf_state.h"
#include "sip_reply.h"

int pcscf_create(const struct pcscf_settings *settings, struct pcscf **out)
{
	struct pcscf *pcscf = calloc(1, sizeof(*pcscf));

	if (!pcscf)
		return -ENOMEM;
	pcscf->settings = *settings;
	pcscf->sets.kept.keeper = settings->keeper;
	pcscf->half_open.max = settings->half_open_max;
	pcscf->half_open.max_per_source = settings->half_open_per_source;
	pcscf->next_client_port = random_u32(&settings->random) % 1024;
	*out = pcscf;
	return 0;
}

void pcscf_destroy(struct pcscf *pcscf)
{
	if (!pcscf)
		return;
	pcscf->sets.kept.keeper = NULL; /* the records stay */
	while (pcscf->sets.by_client) {
		struct sa_set *set = pcscf->sets.by_client;

		if (sa_set_state_is_established(set->state))
			pcscf_set_leave(set);
		else
			pcscf_set_event(set, SA_SET_EXPIRED);
	}
	free(pcscf);
}

void pcscf_refuse(struct pcscf *pcscf, struct sip_message *request, struct sip_reply_to reply_to,
	const struct sa_set *set, const struct pcscf_refusal *refusal)
{
	static struct log_meter meter;
	char tag[SIP_TOKEN_MAX], source[NET_TEXT_MAX];
	struct sip_message *response = NULL;
	int status = sip_reply_create(request, refusal->status, refusal->reason,
		sip_token_tag(&pcscf->settings.random, tag), &response);

	pcscf->counters.refused++;
	log_metered(&meter, LOG_INFO, "ue=%s refused with %u: %s",
		net_endpoint_print(&request->flow.remote, source), refusal->status,
		refusal->reason ? refusal->reason : sip_reply_reason(refusal->status));
	if (status == 0 && refusal->value[0] != '\0')
		status = sip_header_add(response, refusal->header, sip_text(refusal->value));
	if (status != 0) {
		sip_message_destroy(response);
		response = NULL;
	} else if (set) {
		response->flow = pcscf_set_flow(set);
	}
	sip_message_destroy(request);
	sip_hop_reply(reply_to, response);
}

static void trace_arrival(const struct pcscf_register *attempt)
{
	const struct trace *trace = attempt->pcscf->settings.trace;
	char source[NET_TEXT_MAX];

	if (trace_on(trace))
		trace_hop(trace, pcscf_register_answers(attempt) ? "SM7" : "SM1", "UE", "P-CSCF",
			attempt->impi, "REGISTER", "%s to port %u, %s",
			net_endpoint_print(&attempt->flow.remote, source), attempt->flow.local.port,
			attempt->arrived ? "inside ESP" : "unprotected");
}

/* IPI-1: a response, on the set that its own challenge made. IPI-2: none, on the set of the latest
 * successful authentication. */
static bool is_integrity_protected(const struct pcscf_register *attempt)
{
	const struct sa_set *set = attempt->arrived;

	if (!set)
		return false;
	if (attempt->has_response)
		return set->state == SA_SET_TEMPORARY && strcmp(set->nonce, attempt->nonce) == 0;
	return set == pcscf_set_latest(attempt->pcscf, attempt->impi);
}

static bool check(
	struct pcscf_register *attempt, struct sip_message *request, struct pcscf_refusal *refusal)
{
	if (pcscf_arrival_check(attempt, request, refusal)) {
		trace_arrival(attempt);
		if (!attempt->arrived || pcscf_protected_check(attempt, request, refusal))
			return true;
	}
	if (attempt->arrived)
		pcscf_set_event(attempt->arrived, SA_SET_FAILED);
	return false;
}

static void take_register(struct pcscf *pcscf, struct sip_message *request,
	struct sip_reply_to reply_to, struct sa_set *set)
{
	struct pcscf_refusal refusal = {.status = 500};
	struct pcscf_register *attempt = calloc(1, sizeof(*attempt));

	if (!attempt) {
		pcscf_refuse(pcscf, request, reply_to, set, &refusal);
		return;
	}
	pcscf->requests++;
	attempt->pcscf = pcscf;
	attempt->reply_to = reply_to;
	attempt->flow = request->flow;
	attempt->arrived = set;
	if (set)
		pcscf_set_hold(set);
	if (!check(attempt, request, &refusal))
		goto refuse_request;
	pcscf_failure_take(attempt);
	attempt->is_protected = is_integrity_protected(attempt);
	if (pcscf_forward_edit(attempt, request) != 0)
		goto refuse_request;
	pcscf->counters.registers++;
	trace_hop(pcscf->settings.trace, pcscf_register_answers(attempt) ? "SM8" : "SM2", "P-CSCF",
		"I-CSCF", attempt->impi, "REGISTER", "integrity-protected=\"%s\"",
		attempt->is_protected ? "yes" : "no");
	sip_hop_send(pcscf->settings.next, request,
		(struct sip_reply_to){.reply = pcscf_answer, .context = attempt});
	return;
refuse_request:
	pcscf_refuse(pcscf, request, reply_to, set, &refusal);
	pcscf_register_end(attempt);
}

static void receive(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct pcscf *pcscf = element;
	struct sa_set *set = NULL;
	struct pcscf_refusal refusal = {.status = 403};

	if (request->flow.local.port == pcscf->settings.unprotected_port) {
		/* P-PORT: unprotected, nothing but a REGISTER. */
		refusal.reason = "Only REGISTER without protection";
		if (request->method != SIP_REGISTER)
			goto refuse_request;
	} else {
		/* The data plane let it through: it came on an SA, or its set has just ended. */
		set = sa_set_table_find(&pcscf->sets, &request->flow.remote);
		refusal.reason = "No security association";
		if (!set || request->flow.local.port != set->own.port_s ||
			set->state == SA_SET_ADDING)
			goto refuse_request;
		refusal.reason = "The security association has ended";
		if (set->state == SA_SET_CLOSING)
			goto refuse_request;
		/* P-WHICH: before SM12 a new set carries authentication messages only. */
		refusal.reason = "Not registered";
		if (request->method != SIP_REGISTER && set->state == SA_SET_TEMPORARY)
			goto refuse_request;
		/* P-LIFE: beyond its SM7, so the UE has this set in use. */
		pcscf_set_event(set, SA_SET_USED);
	}
	if (request->method == SIP_REGISTER)
		take_register(pcscf, request, reply_to, set);
	else
		pcscf_originate(pcscf, request, reply_to, set);
	return;
refuse_request:
	pcscf_refuse(pcscf, request, reply_to, set, &refusal);
}

struct sip_next_hop pcscf_hop(struct pcscf *pcscf)
{
	return (struct sip_next_hop){.send = receive, .element = pcscf};
}

void pcscf_answer_flow(
	const struct pcscf *pcscf, const struct sip_flow *arrival, struct sip_flow *back)
{
	const struct sa_set *set = sa_set_table_find(&pcscf->sets, &arrival->remote);

	if (set && arrival->local.port == set->own.port_s)
		*back = pcscf_set_flow(set);
}

const struct pcscf_counters *pcscf_counters(const struct pcscf *pcscf)
{
	return &pcscf->counters;
}

void pcscf_gauge(const struct pcscf *pcscf, struct pcscf_gauges *out)
{
	*out = (struct pcscf_gauges){
		.requests = pcscf->requests,
		.sets = pcscf->sets.count,
		.users = sa_set_table_owners(&pcscf->sets),
		.half_open = pcscf->half_open.count,
		.half_open_sources = half_open_sources(&pcscf->half_open),
	};
	sa_client_gauge(pcscf->settings.sa_client, &out->sa_client);
}

bool pcscf_has_set(const struct pcscf *pcscf, const struct net_endpoint *ue)
{
	return sa_set_table_find(&pcscf->sets, ue) != NULL;
}

void pcscf_show_sets(const struct pcscf *pcscf, const char *impi,
	void (*see)(void *context, const struct sa_set *set), void *context)
{
	struct sa_set *set;

	if (impi) {
		set = sa_set_table_of_impi(&pcscf->sets, impi);
		for (; set; set = set->next_of_impi)
			see(context, set);
		return;
	}
	for (set = pcscf->sets.by_client; set; set = set->hh.next)
		see(context, set);
}
