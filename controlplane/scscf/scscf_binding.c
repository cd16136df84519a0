/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_binding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sip_list.h"
#include "sip_uri_equal.h"

static char *copy(struct sip_text text)
{
	return strndup(text.at ? text.at : "", text.len);
}

int scscf_binding_make(struct sip_message *message, const struct scscf_request *request, size_t i,
	uint64_t now_ms, struct scscf_binding *out)
{
	const struct sip_contact *contact = &request->contacts[i];
	const uint64_t expires_ms = now_ms + (uint64_t)request->expires_s[i] * 1000;
	char path[SCSCF_PATH_MAX];

	if (sip_list_join(message, SIP_HEADER_PATH, path, sizeof(path)) != 0)
		return -EINVAL; /* scscf_request_read lets no such path in */
	*out = (struct scscf_binding){
		.contact = copy(contact->address.uri.text),
		.params = copy(contact->address.params),
		.path = strdup(path),
		.call_id = copy(request->call_id),
		.cseq = request->cseq,
		.expires_ms = expires_ms,
		.granted_ms = expires_ms,
	};
	if (!out->contact || !out->params || !out->path || !out->call_id) {
		scscf_binding_clear(out);
		return -ENOMEM;
	}
	return 0;
}

bool scscf_binding_is_of(const struct scscf_binding *binding, struct sip_message *message,
	const struct sip_uri *contact)
{
	struct sip_text text = sip_text(binding->contact);
	struct sip_uri uri;

	return sip_text_equal(text, contact->text) ||
	       (sip_uri_parse(&message->arena, text, &uri) == 0 && sip_uri_equal(&uri, contact));
}

void scscf_binding_clear(struct scscf_binding *binding)
{
	free(binding->contact);
	free(binding->params);
	free(binding->path);
	free(binding->call_id);
	*binding = (struct scscf_binding){.contact = NULL};
}
