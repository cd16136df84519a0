/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_remote_hop.h"

#include "sip_via.h"

static void send_on(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	const struct sip_remote_hop *hop = element;

	if (sip_via_set_sender(request, &hop->flow)) {
		sip_hop_refuse(request, reply_to, 500, NULL, NULL);
		return;
	}
	request->flow = hop->flow;
	sip_entry_send(hop->entry, request, &SIP_TIMERS_CORE, reply_to);
}

struct sip_next_hop sip_remote_hop(struct sip_remote_hop *hop)
{
	return (struct sip_next_hop){.send = send_on, .element = hop};
}
