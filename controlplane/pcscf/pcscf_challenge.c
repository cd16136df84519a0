/* SPDX-License-Identifier: BSD-3-Clause */
/* SM5 becomes SM6: the set of SAs is live in the data plane before the UE hears of it (INT-4),
 * since it answers at once. */
#include <errno.h>
#include <string.h>

#include "log.h"
#include "pcscf_state.h"

/* Something newer of this UE has come: no fault, and no reason to try another P-CSCF. */
static void supersede(struct pcscf_register *attempt, struct sip_message *response)
{
	attempt->pcscf->counters.superseded++;
	pcscf_answer_fail(attempt, response, attempt->arrived, 500, "Superseded");
}

static void refuse_set(struct pcscf_register *attempt, struct sip_message *response, int status)
{
	static struct log_meter meter;
	bool is_ours = status != -EEXIST && status != -EUSERS;

	if (status == -ECANCELED) {
		supersede(attempt, response);
		return;
	}
	log_metered(
		&meter, LOG_WARNING, "impi=%s no set of SAs: %s", attempt->impi, strerror(-status));
	attempt->pcscf->counters.sets_refused++;
	pcscf_answer_fail(attempt, response, attempt->arrived, is_ours ? 503 : 403,
		is_ours ? NULL : "Too many or conflicting security associations");
}

static struct sip_message *take_response(struct pcscf_register *attempt)
{
	struct sip_message *response = attempt->challenge;

	attempt->challenge = NULL;
	return response;
}

static void trace_set(const struct sa_set *set)
{
	char ue[NET_TEXT_MAX];

	if (!trace_on(set->pcscf->settings.trace))
		return;
	trace_hop(set->pcscf->settings.trace, "SA add", "data plane", "P-CSCF", set->impi,
		"acknowledged",
		"%u SAs, %s, UE %s spi-c=%u spi-s=%u port-c=%u port-s=%u, "
		"P-CSCF spi-c=%u spi-s=%u port-c=%u port-s=%u",
		set->sa_count, sa_algorithm_name(set->offer.algorithm),
		net_address_print(&set->ue, ue), set->offer.spi_c, set->offer.spi_s,
		set->offer.port_c, set->offer.port_s, set->own.spi_c, set->own.spi_s,
		set->own.port_c, set->own.port_s);
}

/* Whether the data plane has done with every SA of the set: it can not be in a newer one's way. */
static bool is_settled(int status)
{
	return status != -ECANCELED && status != -ETIMEDOUT;
}

static void added(void *context, int status)
{
	struct pcscf_register *attempt = context, *newer;
	struct sip_message *challenge = take_response(attempt);
	struct sa_set *set = attempt->created;

	newer = set->superseded_by;
	set->superseded_by = NULL;
	if (status != 0 || newer) {
		if (status == 0)
			set->sa_count = set->add.count; /* to be deleted */
		pcscf_set_event(set, SA_SET_EXPIRED);
		refuse_set(attempt, challenge, newer ? -ECANCELED : status);
		if (newer && is_settled(status))
			pcscf_challenge(newer, take_response(newer));
		else if (newer)
			refuse_set(newer, take_response(newer), status);
		return;
	}
	pcscf_set_acknowledged(set);
	attempt->pcscf->counters.sets_added++;
	attempt->pcscf->counters.challenges++;
	trace_set(set);
	/* P-WHICH: SM6 goes bare or on the old set, as SM1 came. */
	pcscf_answer_send(attempt, challenge, attempt->arrived);
}

/* P-ERR: the newer challenge deletes the set before. Its SAs have the same selectors, and can only
 * be deleted when the data plane has named them: until then the newer one waits. */
static bool wait_for_older(struct pcscf_register *attempt, struct sip_message *response)
{
	struct sa_set *older = pcscf_set_adding(attempt);

	if (!older)
		return false;
	if (older->superseded_by)
		supersede(older->superseded_by, take_response(older->superseded_by));
	older->superseded_by = attempt;
	attempt->challenge = response;
	return true;
}

void pcscf_challenge(struct pcscf_register *attempt, struct sip_message *response)
{
	int status;

	/* A challenge for what came on a set that is not established yet: that attempt failed. */
	if (attempt->arrived && attempt->arrived->state != SA_SET_OLD &&
		!sa_set_state_is_in_force(attempt->arrived->state)) {
		pcscf_set_event(attempt->arrived, SA_SET_FAILED);
		pcscf_answer_fail(attempt, response, attempt->arrived, 403, NULL);
		return;
	}
	if (wait_for_older(attempt, response))
		return;
	status = pcscf_set_start(attempt, added);
	if (status != 0) {
		refuse_set(attempt, response, status);
		return;
	}
	trace_hop(attempt->pcscf->settings.trace, "SA add", "P-CSCF", "data plane", attempt->impi,
		"add", "%u SAs", attempt->created->add.count);
	sip_header_remove_all(response, SIP_HEADER_SECURITY_SERVER);
	status = sip_header_add(
		response, SIP_HEADER_SECURITY_SERVER, sip_text(attempt->created->server_list));
	attempt->challenge = response;
	/* Ends as a refused set does: added hears of it. */
	if (status != 0)
		pcscf_set_event(attempt->created, SA_SET_FAILED);
}
