/* SPDX-License-Identifier: BSD-3-Clause */
#include "icscf_identities.h"

#include "cx_identity.h"
#include "sip_auth.h"
#include "sip_contact.h"
#include "sip_list.h"

static bool copy(struct sip_text from, char *to, size_t size)
{
	if (from.len >= size)
		return false;
	memcpy(to, from.at, from.len);
	to[from.len] = '\0';
	return true;
}

static bool read_impu(struct sip_message *request, char out[CX_IDENTITY_MAX])
{
	struct sip_name_addr to;

	return sip_name_addr_parse(
		       &request->arena, sip_header_value(request, SIP_HEADER_TO), &to) == 0 &&
	       cx_identity_impu(to.uri.text.at, to.uri.text.len, out, CX_IDENTITY_MAX) == 0;
}

/* Expires 0, and no contact that says otherwise. */
static bool read_leaves(struct sip_message *request)
{
	struct sip_contact contacts[SIP_CONTACTS_MAX];
	uint64_t expires = 1;
	size_t count;

	if (sip_text_number(sip_header_value(request, SIP_HEADER_EXPIRES), UINT32_MAX, &expires) !=
		0)
		expires = 1;
	if (sip_contact_parse(request, contacts, &count) != 0)
		return false; /* the registrar answers that */
	for (size_t i = 0; i < count; i++)
		if (contacts[i].has_expires ? contacts[i].expires_s > 0 : expires > 0)
			return false;
	return count > 0;
}

const char *icscf_identities_read(struct sip_message *request, struct icscf_identities *out)
{
	struct sip_header *header = sip_header_find(request, SIP_HEADER_AUTHORIZATION);
	struct sip_text text = {.len = 0};
	struct sip_auth auth;

	*out = (struct icscf_identities){.answers = false};
	if (!header || sip_auth_parse(request, header, &auth) != 0 ||
		!sip_auth_find(&auth, "username", &text))
		return "No private identity";
	if (!cx_identity_is_impi(text.at, text.len) || !copy(text, out->impi, sizeof(out->impi)))
		return "Malformed private identity";
	if (!read_impu(request, out->impu))
		return "Malformed public identity";
	/* A report of failure has no response, or an auts beside it (RFC 3310 §3.4). */
	out->answers = (sip_auth_find(&auth, "response", &text) && text.len > 0) ||
		       (sip_auth_find(&auth, "nonce", &text) && text.len > 0);
	out->leaves = read_leaves(request);
	text = sip_list_top(request, SIP_HEADER_P_VISITED_NETWORK_ID);
	if (!copy(text, out->visited_network, sizeof(out->visited_network)))
		return "Malformed visited network";
	return NULL;
}
