/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_request.h"

#include "cx_identity.h"
#include "scscf.h"
#include "sip_cseq.h"
#include "sip_list.h"
#include "sip_param.h"

static bool refuse(struct scscf_defect *defect, unsigned status, const char *reason)
{
	*defect = (struct scscf_defect){.status = status, .reason = reason};
	return false;
}

static bool read_impu(struct sip_message *request, char out[CX_IDENTITY_MAX])
{
	struct sip_name_addr to;

	return sip_name_addr_parse(
		       &request->arena, sip_header_value(request, SIP_HEADER_TO), &to) == 0 &&
	       cx_identity_impu(to.uri.text.at, to.uri.text.len, out, CX_IDENTITY_MAX) == 0;
}

static bool read_credentials(
	struct sip_message *request, struct scscf_request *out, struct scscf_defect *defect)
{
	struct sip_header *header = sip_header_find(request, SIP_HEADER_AUTHORIZATION);
	struct sip_text text;

	if (!header || sip_auth_parse(request, header, &out->auth) != 0 ||
		!sip_auth_find(&out->auth, "username", &text))
		return refuse(defect, 400, "No private identity");
	if (sip_header_find_next(header))
		return refuse(defect, 400, "More than one Authorization");
	if (!cx_identity_is_impi(text.at, text.len) || text.len >= sizeof(out->impi))
		return refuse(defect, 400, "Malformed private identity");
	memcpy(out->impi, text.at, text.len);
	out->impi[text.len] = '\0';
	out->is_protected = sip_auth_find(&out->auth, "integrity-protected", &text) &&
			    sip_text_equal_nocase(text, sip_text("yes"));
	(void)sip_auth_find(&out->auth, "nonce", &out->nonce);
	(void)sip_auth_find(&out->auth, "response", &out->response);
	out->has_auts = sip_auth_find(&out->auth, "auts", &out->auts);
	return true;
}

/* RFC 3261 §10.3 step 6, §10.2.1.1: the contact's own word, else the header's, else the most. */
static bool read_contacts(struct sip_message *request, uint32_t min_s, uint32_t max_s,
	struct scscf_request *out, struct scscf_defect *defect)
{
	struct sip_text header = sip_header_value(request, SIP_HEADER_EXPIRES);
	uint64_t usual_s = max_s;

	if (header.len > 0 && sip_text_number(header, UINT32_MAX, &usual_s) != 0)
		return refuse(defect, 400, "Malformed Expires");
	if (sip_contact_parse(request, out->contacts, &out->contact_count) != 0)
		return refuse(defect, 400, "Malformed Contact");
	if (out->contact_count > SCSCF_BINDINGS_MAX)
		return refuse(defect, 403, "Too many contacts");
	out->leaves = out->contact_count > 0;
	for (size_t i = 0; i < out->contact_count; i++) {
		const struct sip_contact *contact = &out->contacts[i];
		uint64_t asked_s = contact->has_expires ? contact->expires_s : usual_s;

		if (contact->address.uri.text.len + contact->address.params.len >=
			SCSCF_CONTACT_MAX)
			return refuse(defect, 400, "Contact too long");
		/* RFC 3261 §19.1.1; they are compared with those of what is bound, each with each.
		 */
		if (!sip_param_unique(contact->address.uri.params))
			return refuse(defect, 400, "Malformed Contact");
		if (contact->wildcard && asked_s != 0)
			return refuse(defect, 400, "Contact * without Expires 0");
		if (asked_s > 0 && asked_s < min_s)
			return refuse(defect, 423, NULL);
		out->expires_s[i] = asked_s < max_s ? (uint32_t)asked_s : max_s;
		out->leaves = out->leaves && asked_s == 0;
	}
	return true;
}

bool scscf_request_read(struct sip_message *request, uint32_t expires_min_s, uint32_t expires_max_s,
	struct scscf_request *out, struct scscf_defect *defect)
{
	struct sip_cseq cseq;
	char path[SCSCF_PATH_MAX];

	memset(out, 0, sizeof(*out));
	if (!read_credentials(request, out, defect))
		return false;
	if (!read_impu(request, out->impu))
		return refuse(defect, 400, "Malformed public identity");
	if (sip_cseq_parse(request, &cseq) != 0)
		return refuse(defect, 400, "Malformed CSeq");
	out->cseq = cseq.number;
	out->call_id = sip_header_value(request, SIP_HEADER_CALL_ID);
	if (out->call_id.len == 0 || out->call_id.len >= SCSCF_CALL_ID_MAX)
		return refuse(defect, 400, "Malformed Call-ID");
	if (sip_list_join(request, SIP_HEADER_PATH, path, sizeof(path)) != 0)
		return refuse(defect, 400, "Path too long");
	return read_contacts(request, expires_min_s, expires_max_s, out, defect);
}
