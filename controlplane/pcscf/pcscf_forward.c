/* SPDX-License-Identifier: BSD-3-Clause */
/* A REGISTER on its way to the home network (TS 24.229 §5.2.2.1): what only concerns the UE and
 * this P-CSCF goes, what the home network must know comes. */
#include <errno.h>

#include "pcscf_state.h"
#include "sip_auth.h"
#include "sip_max_forwards.h"
#include "sip_option_tags.h"
#include "sip_via.h"

/* IPI-1, IPI-2, IPI-3: what the UE itself says about it is replaced; its keys never pass. */
static int mark_integrity(struct sip_message *request, bool is_protected)
{
	struct sip_header *header = sip_header_find(request, SIP_HEADER_AUTHORIZATION);
	int status = sip_auth_remove(request, header, "ik");

	if (status == 0)
		status = sip_auth_remove(request, header, "ck");
	return status == 0 ? sip_auth_set(request, header, "integrity-protected",
				     sip_text(is_protected ? "yes" : "no"), true)
			   : status;
}

int pcscf_forward_remove_agreement(struct sip_message *request)
{
	int status = sip_option_tags_remove(request, SIP_HEADER_REQUIRE, "sec-agree");

	sip_header_remove_all(request, SIP_HEADER_SECURITY_CLIENT);
	sip_header_remove_all(request, SIP_HEADER_SECURITY_VERIFY);
	sip_header_remove_all(request, SIP_HEADER_SECURITY_SERVER);
	return status == 0 ? sip_option_tags_remove(request, SIP_HEADER_PROXY_REQUIRE, "sec-agree")
			   : status;
}

/* Headers that only the network writes, whatever a UE put there. */
static int write_network_headers(const struct pcscf_settings *settings, struct sip_message *request)
{
	static const enum sip_header_id names[] = {SIP_HEADER_ROUTE, SIP_HEADER_PATH,
		SIP_HEADER_P_VISITED_NETWORK_ID, SIP_HEADER_P_ASSERTED_IDENTITY,
		SIP_HEADER_P_CHARGING_VECTOR, SIP_HEADER_P_CHARGING_FUNCTION_ADDRESSES};
	int status;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sip_header_remove_all(request, names[i]);
	status = sip_header_add_format(request, SIP_HEADER_PATH, "<sip:term@%s:%u;lr>",
		settings->host_name, settings->unprotected_port);
	if (status == 0)
		status = sip_option_tags_add(request, SIP_HEADER_REQUIRE, "path");
	return status == 0 ? sip_header_add_format(request, SIP_HEADER_P_VISITED_NETWORK_ID,
				     "\"%s\"", settings->visited_network)
			   : status;
}

int pcscf_forward_edit(struct pcscf_register *attempt, struct sip_message *request)
{
	const struct pcscf_settings *settings = &attempt->pcscf->settings;
	int status = mark_integrity(request, attempt->is_protected);

	if (status == 0)
		status = pcscf_forward_remove_agreement(request);
	if (status == 0)
		status = write_network_headers(settings, request);
	if (status == 0)
		status = sip_max_forwards_step(request);
	if (status != 0)
		return status;
	sip_token_branch(&settings->random, attempt->branch);
	return sip_via_push(
		request, SIP_UDP, settings->host_name, settings->unprotected_port, attempt->branch);
}
