/* SPDX-License-Identifier: BSD-3-Clause */
/* What the home network answered, on its way to the UE: SM5 and SM11 in, SM6 and SM12 out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pcscf_state.h"
#include "sip_contact.h"
#include "sip_list.h"
#include "sip_name_addr.h"
#include "sip_reply.h"
#include "sip_via.h"

void pcscf_register_end(struct pcscf_register *attempt)
{
	if (attempt->arrived)
		pcscf_set_release(attempt->arrived);
	if (attempt->created)
		pcscf_set_release(attempt->created);
	if (attempt->is_half_open)
		half_open_give(&attempt->pcscf->half_open, &attempt->flow.remote.address);
	sip_message_destroy(attempt->challenge);
	secret_wipe(&attempt->ik);
	free(attempt->client_list);
	attempt->pcscf->requests--;
	free(attempt);
}

static void trace_answer(const struct pcscf_register *attempt, const struct sip_message *response,
	const struct sa_set *set)
{
	const struct pcscf_settings *settings = &attempt->pcscf->settings;
	char what[64], remote[NET_TEXT_MAX];
	struct sip_flow flow = set ? pcscf_set_flow(set) : attempt->flow;

	if (!trace_on(settings->trace))
		return;
	snprintf(what, sizeof(what), "%u %.*s", response->status, SIP_TEXT_ARGS(response->reason));
	trace_hop(settings->trace, pcscf_register_answers(attempt) ? "SM12" : "SM6", "P-CSCF", "UE",
		attempt->impi, what, "port %u to %s, %s", flow.local.port,
		net_endpoint_print(&flow.remote, remote), set ? "inside ESP" : "unprotected");
}

void pcscf_answer_send(
	struct pcscf_register *attempt, struct sip_message *response, struct sa_set *set)
{
	if (set)
		response->flow = pcscf_set_flow(set);
	else
		response->flow.remote.address.family = NET_NONE;
	trace_answer(attempt, response, set);
	sip_hop_reply(attempt->reply_to, response);
	pcscf_register_end(attempt);
}

void pcscf_answer_fail(struct pcscf_register *attempt, struct sip_message *response,
	struct sa_set *set, unsigned status, const char *reason)
{
	static const enum sip_header_id names[] = {SIP_HEADER_VIA, SIP_HEADER_FROM, SIP_HEADER_TO,
		SIP_HEADER_CALL_ID, SIP_HEADER_CSEQ};
	struct sip_message *failure;
	int result = sip_message_create_response(
		status, sip_text(reason ? reason : sip_reply_reason(status)), &failure);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && result == 0; i++) {
		result = sip_header_copy_all(response, names[i], failure);
		if (result != 0)
			sip_message_destroy(failure);
	}
	sip_message_destroy(response);
	attempt->pcscf->counters.failed++;
	if (result == 0) {
		pcscf_answer_send(attempt, failure, set);
		return;
	}
	sip_hop_reply(attempt->reply_to, NULL);
	pcscf_register_end(attempt);
}

/* The longest of the contacts that the registrar listed; 0: de-registered. */
static uint32_t registration_s(struct sip_message *response)
{
	struct sip_contact contacts[SIP_CONTACTS_MAX];
	uint32_t longest = 0;
	size_t count;

	if (sip_contact_parse(response, contacts, &count) != 0)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (contacts[i].has_expires && contacts[i].expires_s > longest)
			longest = contacts[i].expires_s;
	return longest;
}

/* TS 24.229 §5.2.2: what later requests of this UE are measured by (REG-7, P-ID). */
static void keep_registration(struct sa_set *set, const struct sip_message *response)
{
	char text[4096];

	if (sip_list_join(response, SIP_HEADER_P_ASSOCIATED_URI, text, sizeof(text)) == 0) {
		free(set->associated_uris);
		set->associated_uris = strdup(text);
	}
	if (sip_list_join(response, SIP_HEADER_SERVICE_ROUTE, text, sizeof(text)) == 0) {
		free(set->service_route);
		set->service_route = strdup(text);
	}
}

/* The IMPU that the response is about: To, in the form in which identities are compared. */
static bool read_impu(struct sip_message *response, char *out, size_t size)
{
	struct sip_header *to = sip_header_find(response, SIP_HEADER_TO);
	struct sip_name_addr name;

	return to && sip_name_addr_parse(&response->arena, to->value, &name) == 0 &&
	       sip_uri_identity(&name.uri, out, size) == 0;
}

static uint64_t now_ms(const struct pcscf *pcscf)
{
	return timer_queue_now_ms(pcscf->settings.timers);
}

/* P-ERR: the last IMPU's de-registration ends the SAs; the 200 still travels on the set. */
static void deregistered(struct pcscf_register *attempt, const char *impu)
{
	struct pcscf *pcscf = attempt->pcscf;
	struct registered_impus **impus = sa_set_table_impus(&pcscf->sets, attempt->impi);
	uint64_t end_ms;

	registered_impus_remove(impus, impu);
	end_ms = registered_impus_end_ms(*impus);
	if (end_ms > now_ms(pcscf))
		pcscf_set_succeeded(attempt->arrived, end_ms - now_ms(pcscf) + PCSCF_GUARD_MS);
	else
		pcscf_set_close_all(pcscf, attempt->impi);
}

static bool registered(struct pcscf_register *attempt, struct sip_message *response,
	const char *impu, uint32_t expires_s)
{
	struct pcscf *pcscf = attempt->pcscf;
	struct sa_set *set = attempt->arrived;

	keep_registration(set, response);
	if (registered_impus_add(sa_set_table_impus(&pcscf->sets, attempt->impi), impu,
		    set->associated_uris, now_ms(pcscf),
		    now_ms(pcscf) + (uint64_t)expires_s * 1000) != 0)
		return false;
	pcscf_set_succeeded(set, (uint64_t)expires_s * 1000 + PCSCF_GUARD_MS);
	return true;
}

static void success(struct pcscf_register *attempt, struct sip_message *response)
{
	struct sa_set *set = attempt->arrived;
	uint32_t expires_s = registration_s(response);
	char impu[PCSCF_IMPI_MAX];

	/* REG-1: nobody is registered without a challenge and without protection; nor on a set that
	 * ended meanwhile. */
	if (!set || !attempt->is_protected ||
		(set->state != SA_SET_TEMPORARY && set->state != SA_SET_CONFIRMED) ||
		!read_impu(response, impu, sizeof(impu)) ||
		(expires_s > 0 && !registered(attempt, response, impu, expires_s))) {
		pcscf_answer_fail(attempt, response, set, 500, NULL);
		return;
	}
	attempt->pcscf->counters.registered++;
	if (expires_s == 0)
		deregistered(attempt, impu);
	pcscf_answer_send(attempt, response, set);
}

static void failure(struct pcscf_register *attempt, struct sip_message *response)
{
	struct sa_set *set = attempt->arrived, *before;

	attempt->pcscf->counters.failed++;
	if (set && (set->state == SA_SET_TEMPORARY ||
			   (set->state == SA_SET_CLOSING && attempt->has_response))) {
		/* P-ERR: on the new set where SM1 was bare, on the old one where it was not; also
		 * where the failure has ended the registration, and so both of them. */
		before = pcscf_set_started_on(set);
		pcscf_set_event(set, SA_SET_FAILED);
		set = before ? before : set;
	}
	pcscf_answer_send(attempt, response, set);
}

void pcscf_answer(void *context, struct sip_message *response)
{
	struct pcscf_register *attempt = context;
	bool found;

	if (!response) {
		sip_hop_reply(attempt->reply_to, NULL);
		pcscf_register_end(attempt);
		return;
	}
	if (response->status < 200) {
		sip_message_destroy(response);
		return;
	}
	if (!sip_via_matches(response, attempt->branch) || sip_via_pop(response) != 0 ||
		pcscf_keys_take(response, &attempt->ik, attempt->challenge_nonce, &found) != 0)
		pcscf_answer_fail(attempt, response, attempt->arrived, 500, NULL);
	else if (response->status == 401 && found)
		pcscf_challenge(attempt, response);
	else if (response->status == 401)
		pcscf_answer_fail(
			attempt, response, attempt->arrived, 500, "No key in the challenge");
	else if (response->status < 300)
		success(attempt, response);
	else
		failure(attempt, response);
}
