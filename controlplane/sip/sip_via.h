/* SPDX-License-Identifier: BSD-3-Clause */
/* Via: where a response goes, and whose transaction it is (RFC 3261 §18.2, §20.42, RFC 3581). */
#pragma once

#include "sip_header.h"

struct sip_via {
	enum sip_transport_kind transport;
	bool transport_known;     /* false: neither UDP nor TCP */
	struct sip_text host;     /* sent-by; IPv6 without brackets */
	uint16_t port;            /* 0: none given */
	struct sip_text branch;   /* empty: none */
	bool branch_has_cookie;   /* RFC 3261 client */
	bool has_rport;           /* with or without a value */
	struct sip_text received; /* empty: none */
	struct sip_text params;   /* all, from the first ";" on */
};

/* The top one. 0, -EINVAL (absent, too) or -ENOMEM. Pieces lie in the message's arena. */
int sip_via_top(struct sip_message *message, struct sip_via *out)
	__attribute__((warn_unused_result));

/* On receipt of a request: received= and rport= by message->flow.remote, whatever the sender
 * claimed there (§18.2.1, RFC 3581 §4). */
int sip_via_mark_source(struct sip_message *message) __attribute__((warn_unused_result));

/* Own Via on top: "SIP/2.0/UDP host:port;branch=…". port 0: left out. IPv6 literals in brackets. */
int sip_via_push(struct sip_message *message, enum sip_transport_kind transport, const char *host,
	uint16_t port, const char *branch) __attribute__((warn_unused_result));

/* Another protocol and sent-by in the top one: the flow's transport and local endpoint, with the
 * port in any case (§18.1.1). Its parameters stay. */
int sip_via_set_sender(struct sip_message *message, const struct sip_flow *flow)
	__attribute__((warn_unused_result));

/* Takes the top one off a response. 0 or -ENOENT. */
int sip_via_pop(struct sip_message *message) __attribute__((warn_unused_result));

/* True where the top Via has this branch: a response to what was sent with it (§17.1.3). */
bool sip_via_matches(struct sip_message *message, const char *branch);

/* Where a response to this request goes (§18.2.2, RFC 3581 §4): from the endpoint where the
 * request arrived to its source address, at the source port where rport is asked for, else at
 * the sent-by port, else 5060. TCP: the connection's endpoints. */
int sip_via_reply_flow(struct sip_message *request, struct sip_flow *out)
	__attribute__((warn_unused_result));
