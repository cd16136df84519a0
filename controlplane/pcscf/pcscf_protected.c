/* SPDX-License-Identifier: BSD-3-Clause */
/* What a request on a set of SAs must match (TS 33.203 §7.2; P-CHK, P-BIND): the negotiation of SM1
 * and SM6 travelled in the clear, and is confirmed here. */
#include <string.h>

#include "pcscf_state.h"
#include "sip_via.h"

static bool refuse(struct pcscf_refusal *refusal, unsigned status, const char *reason)
{
	refusal->status = status;
	refusal->reason = reason;
	return false;
}

static bool same_list(struct sip_message *request, enum sip_header_id id, const char *expected)
{
	const struct sip_header *row = sip_header_find(request, id);
	struct sip_sec_agree sent, known;

	/* As most UEs repeat it. */
	if (row && !sip_header_find_next(row) && sip_text_equal(row->value, sip_text(expected)))
		return true;
	return sip_sec_agree_parse(request, id, &sent) == 0 &&
	       sip_sec_agree_parse_text(sip_text(expected), &known) == 0 &&
	       sip_sec_agree_equal(&sent, &known);
}

/* P-BIND: an address in Via is the SA's: what the UE says of itself is what was authenticated. A
 * name is not resolved: that would wait for a DNS that nobody authenticates, to learn what the SA
 * has shown already. There the source binds that the entry wrote beside it (received, RFC 3261
 * §18.2.1), and the answer goes to the set, whatever Via says. */
static bool via_is_source(struct sip_message *request)
{
	struct net_address host;
	struct sip_via via;
	struct sip_text bound;

	if (sip_via_top(request, &via) != 0)
		return false;
	bound = net_address_parse(via.host.at, via.host.len, &host) == 0 ? via.host : via.received;
	return net_address_parse(bound.at, bound.len, &host) == 0 &&
	       net_address_equal(&host, &request->flow.remote.address);
}

bool pcscf_protected_match(
	struct sa_set *set, struct sip_message *request, struct pcscf_refusal *refusal)
{
	if (!via_is_source(request))
		return refuse(refusal, 400, "Via is not the source address");
	/* A changed list is what a bidding-down attack looks like (RFC 3329 §2.3.1, §5). */
	if (same_list(request, SIP_HEADER_SECURITY_VERIFY, set->server_list))
		return true;
	set->pcscf->counters.refused_agreement++;
	refusal->header = SIP_HEADER_SECURITY_SERVER;
	strncpy(refusal->value, set->server_list, sizeof(refusal->value) - 1);
	return refuse(refusal, 494, NULL);
}

bool pcscf_protected_check(
	struct pcscf_register *attempt, struct sip_message *request, struct pcscf_refusal *refusal)
{
	struct sa_set *set = attempt->arrived;
	bool is_temporary = set->state == SA_SET_TEMPORARY;

	if (strcmp(set->impi, attempt->impi) != 0)
		return refuse(refusal, 403, "username is not the security association's");
	if (!pcscf_protected_match(set, request, refusal))
		return false;
	if (is_temporary && !same_list(request, SIP_HEADER_SECURITY_CLIENT, set->client_list)) {
		attempt->pcscf->counters.refused_agreement++;
		return refuse(refusal, 403, "Security-Client is not the one of the first REGISTER");
	}
	/* P-ERR: who could not accept the challenge says so bare or on the old set. */
	if (is_temporary && pcscf_failure_reported(attempt))
		return refuse(refusal, 403, "An authentication failure on the new association");
	return true;
}
