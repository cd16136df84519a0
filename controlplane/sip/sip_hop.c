/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_hop.h"

#include "sip_reply.h"

void sip_hop_refuse(struct sip_message *request, struct sip_reply_to reply_to, unsigned status,
	const char *reason, const char *to_tag)
{
	struct sip_message *response;

	if (sip_reply_create(request, status, reason, to_tag, &response))
		response = NULL;
	sip_message_destroy(request);
	sip_hop_reply(reply_to, response);
}
