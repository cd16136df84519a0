/* SPDX-License-Identifier: BSD-3-Clause */
/* A parsed message is not yet a valid one: what RFC 3261 §8.1.1, §8.2, §16.3 and §18.3 demand
 * before anybody acts on it. */
#pragma once

#include "sip_message.h"

enum sip_verdict_kind {
	SIP_VALID,
	SIP_ANSWER, /* refuse with status and reason */
	SIP_SILENCE /* a response, an ACK, or what does not hold enough to be answered */
};

struct sip_verdict {
	enum sip_verdict_kind kind;
	unsigned status;    /* SIP_ANSWER: 400, 416, 483, 505 */
	const char *reason; /* static text; NULL where valid */
};

/* Cuts the body to Content-Length. After SIP_VALID: version SIP/2.0; exactly one To, From,
 * Call-ID and CSeq, each well-formed; From with a tag; CSeq below 2^31 and of the method; at
 * least one Via, the top one well-formed; at most one each of Max-Forwards (0 … 255, and not 0
 * where the request would have to go further), Content-Length, Expires; a request URI of scheme
 * sip, sips or tel, and for REGISTER without a user (§10.2).
 * Which methods are served (405, 501) and which extensions (420) is the element's business. */
struct sip_verdict sip_validate(struct sip_message *message) __attribute__((warn_unused_result));
