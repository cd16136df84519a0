/* SPDX-License-Identifier: BSD-3-Clause */
/* What every REGISTER from a UE must bring (TS 24.229 §5.2.2; RFC 3329 §2.3.1). */
#include <errno.h>
#include <string.h>

#include "pcscf_state.h"
#include "sip_auth.h"
#include "sip_list.h"
#include "sip_name_addr.h"
#include "sip_option_tags.h"

static bool refuse(struct pcscf_refusal *refusal, unsigned status, const char *reason)
{
	refusal->status = status;
	refusal->reason = reason;
	return false;
}

static bool copy_text(struct sip_text text, char *out, size_t size)
{
	if (text.len >= size)
		return false;
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
	return true;
}

/* Who registers without saying as whom has the IMPI that his IMPU spells (TS 23.003 §13.3 derives
 * the one from the other): written down here, so that nobody further on needs to guess. */
static int add_authorization(struct sip_message *request)
{
	struct sip_text home = request->request_uri;
	struct sip_name_addr to;

	if (sip_name_addr_parse(&request->arena, sip_header_value(request, SIP_HEADER_TO), &to) !=
			0 ||
		to.uri.scheme != SIP_URI_SIP || to.uri.user.len == 0 ||
		memchr(to.uri.user.at, '"', to.uri.user.len) ||
		memchr(to.uri.user.at, '\\', to.uri.user.len))
		return -EINVAL;
	return sip_header_add_format(request, SIP_HEADER_AUTHORIZATION,
		"Digest "
		"username=\"%.*s@%.*s\",realm=\"%.*s\",nonce=\"\",uri=\"%.*s\",response=\"\"",
		SIP_TEXT_ARGS(to.uri.user), SIP_TEXT_ARGS(to.uri.host), SIP_TEXT_ARGS(to.uri.host),
		SIP_TEXT_ARGS(home));
}

/* The IMPI, and whether it answers a challenge. */
static bool read_authorization(
	struct pcscf_register *attempt, struct sip_message *request, struct pcscf_refusal *refusal)
{
	struct sip_header *header = sip_header_find(request, SIP_HEADER_AUTHORIZATION);
	struct sip_text username, text;
	struct sip_auth auth;

	if (!header && add_authorization(request) == 0)
		header = sip_header_find(request, SIP_HEADER_AUTHORIZATION);
	if (!header)
		return refuse(refusal, 400, "Authorization is missing");
	if (sip_header_find_next(header))
		return refuse(refusal, 400, "Authorization occurs twice");
	if (sip_auth_parse(request, header, &auth) != 0 ||
		!sip_text_equal_nocase(auth.scheme, sip_text("Digest")))
		return refuse(refusal, 400, "Authorization can not be read");
	if (!sip_auth_find(&auth, "username", &username) || username.len == 0 ||
		!copy_text(username, attempt->impi, sizeof(attempt->impi)))
		return refuse(refusal, 400, "Authorization has no usable username");
	attempt->has_response = sip_auth_find(&auth, "response", &text) && text.len > 0;
	attempt->has_auts = sip_auth_find(&auth, "auts", &text) && text.len > 0;
	if (sip_auth_find(&auth, "nonce", &text) &&
		!copy_text(text, attempt->nonce, sizeof(attempt->nonce)))
		return refuse(refusal, 400, "nonce is too long");
	return true;
}

/* RFC 3329 §2.3.1: any of the three says so. */
static bool knows_sec_agree(const struct sip_message *request)
{
	return sip_option_tags_contain(request, SIP_HEADER_REQUIRE, "sec-agree") ||
	       sip_option_tags_contain(request, SIP_HEADER_PROXY_REQUIRE, "sec-agree") ||
	       sip_option_tags_contain(request, SIP_HEADER_SUPPORTED, "sec-agree");
}

static bool read_offer(
	struct pcscf_register *attempt, struct sip_message *request, struct pcscf_refusal *refusal)
{
	const struct sec_agree_policy *policy = &attempt->pcscf->settings.policy;
	char list[PCSCF_LIST_MAX];
	struct sip_sec_agree client;
	int status;

	if (!sip_header_find(request, SIP_HEADER_SECURITY_CLIENT) || !knows_sec_agree(request)) {
		refusal->header = SIP_HEADER_REQUIRE;
		strcpy(refusal->value, "sec-agree");
		return refuse(refusal, 421, NULL);
	}
	status = sip_sec_agree_parse(request, SIP_HEADER_SECURITY_CLIENT, &client);
	if (status != 0 ||
		sip_list_join(request, SIP_HEADER_SECURITY_CLIENT, list, sizeof(list)) != 0)
		return refuse(refusal, 400,
			status == -E2BIG ? "Security-Client has too many entries"
					 : "Security-Client can not be read");
	if (sec_agree_policy_choose(policy, &client, &attempt->offer) != 0) {
		refusal->header = SIP_HEADER_SECURITY_SERVER;
		if (sec_agree_policy_list(policy, NULL, false, refusal->value) != 0)
			refusal->value[0] = '\0';
		return refuse(refusal, 494, NULL);
	}
	attempt->client_list = strdup(list);
	return attempt->client_list ? true : refuse(refusal, 500, NULL);
}

/* P-TBL: the offered (address, port_uc) is nobody's; an attempt of the same user that was not
 * completed gives way to the new one. */
static bool check_client_port(struct pcscf_register *attempt, struct pcscf_refusal *refusal)
{
	struct net_endpoint client = {
		.address = attempt->flow.remote.address, .port = attempt->offer.port_c};
	const struct sa_set *taken = sa_set_table_find(&attempt->pcscf->sets, &client);

	if (pcscf_set_is_taken_by_hand(attempt))
		goto refuse_port;
	if (!taken || taken == attempt->arrived)
		return true;
	if (strcmp(taken->impi, attempt->impi) == 0 &&
		(sa_set_state_is_incomplete(taken->state) || taken->state == SA_SET_CLOSING))
		return true;
refuse_port:
	attempt->pcscf->counters.refused_port_taken++;
	return refuse(refusal, 403, "port-c is in use by a security association");
}

/* What came bare may come from anyone: it is bounded, per source and in total. */
static bool check_half_open(struct pcscf_register *attempt, struct pcscf_refusal *refusal)
{
	struct pcscf *pcscf = attempt->pcscf;
	int status;

	if (attempt->arrived)
		return true;
	status = half_open_take(&pcscf->half_open, &attempt->flow.remote.address);
	attempt->is_half_open = status == 0;
	if (status == 0)
		return true;
	refusal->header = SIP_HEADER_RETRY_AFTER;
	strcpy(refusal->value, "10");
	if (status == -EUSERS) {
		pcscf->counters.refused_half_open_source++;
		return refuse(refusal, 503, "Too many unfinished registrations of this address");
	}
	pcscf->counters.refused_half_open++;
	return refuse(refusal, 503, "Too many unfinished registrations");
}

bool pcscf_arrival_check(
	struct pcscf_register *attempt, struct sip_message *request, struct pcscf_refusal *refusal)
{
	return pcscf_extensions_check(request, refusal) && read_offer(attempt, request, refusal) &&
	       read_authorization(attempt, request, refusal) &&
	       check_client_port(attempt, refusal) && check_half_open(attempt, refusal);
}
