/* SPDX-License-Identifier: BSD-3-Clause */
/* What SIP elements (P-CSCF, I-CSCF, S-CSCF …) see of each other and of the network: somebody
 * who takes a request, and somebody who takes its responses. A local next hop is a function call
 * with the parsed message, a remote one a socket behind the same call. */
#pragma once

#include "sip_message.h"

/* Whoever got a request answers it through this: any number of provisional responses (1xx), then
 * exactly one final one, never forgotten, within the time that the sender waits (64 * T1). Both
 * may happen inside of send or at any later time on the same thread. */
struct sip_reply_to {
	/* Takes the response, also where it can not be sent. NULL: memory ended and there is none;
	 * the request is forgotten, its retransmission gets a new try. response->flow decides from
	 * where to where it leaves when the receiver is a transport; undecided: back the request's
	 * way. A UDP response was given to the kernel when this returns. */
	void (*reply)(void *context, struct sip_message *response);
	void *context;
};

struct sip_next_hop {
	/* Takes the request; request->flow says where it came from and arrived (copied from hop
	 * to hop by local ones). */
	void (*send)(void *element, struct sip_message *request, struct sip_reply_to reply_to);
	void *element;
};

static inline void sip_hop_send(
	struct sip_next_hop hop, struct sip_message *request, struct sip_reply_to reply_to)
{
	hop.send(hop.element, request, reply_to);
}

static inline void sip_hop_reply(struct sip_reply_to reply_to, struct sip_message *response)
{
	reply_to.reply(reply_to.context, response);
}

/* Answers with a bare response (sip_reply_create) made from the request, and destroys the
 * request. reason NULL: the usual one. */
void sip_hop_refuse(struct sip_message *request, struct sip_reply_to reply_to, unsigned status,
	const char *reason, const char *to_tag);
