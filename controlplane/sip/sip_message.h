/* SPDX-License-Identifier: BSD-3-Clause */
/* One SIP message: the start line, the header rows in their order and their own words, the body.
 * What nobody edits is printed as it was received (a proxy leaves alone what is not its own).
 * Read the members freely; change them through the functions of sip_message, sip_header,
 * sip_list and the typed values. Texts live as long as the message. No text ever holds CR, LF
 * or NUL, body apart. */
#pragma once

#include <stdbool.h>

#include "sip_arena.h"
#include "sip_flow.h"
#include "sip_method.h"

#define SIP_MESSAGE_MAX 65535 /* octets, on every transport */
#define SIP_HEADERS_MAX 256   /* rows */

struct sip_header;
struct sip_via_read;

struct sip_message {
	bool is_request;

	enum sip_method method;      /* request; the response's is in its CSeq */
	struct sip_text method_name; /* request */
	struct sip_text request_uri; /* request, not parsed: sip_uri_parse */
	unsigned status;             /* response, 100 … 699 */
	struct sip_text reason;      /* response, may be empty */
	struct sip_text version;     /* "SIP/2.0" once validated */

	struct sip_header *first, *last;
	unsigned header_count;
	struct sip_text body;

	/* Received: where it came from and where it arrived. A response that is handed to a
	 * struct sip_reply_to: from where to where it leaves, or remote.address.family NET_NONE
	 * for "back the way of its request" (RFC 3261 §18.2.2, RFC 3581 §4). */
	struct sip_flow flow;

	/* Of a parsed message: the first thing that is no SIP, or NULL (sip_validate answers it).
	 */
	const char *defect;
	const struct sip_via_read *via_read; /* sip_via's own: what it read last */
	struct sip_arena arena;
};

/* An empty request "METHOD uri SIP/2.0" without any header. The caller destroys.
 * 0, -EINVAL (not a token, space or control character in the URI) or -ENOMEM. */
int sip_message_create_request(struct sip_text method, struct sip_text request_uri,
	struct sip_message **out) __attribute__((warn_unused_result));

/* An empty response; most want sip_reply_create instead. 0, -EINVAL or -ENOMEM. */
int sip_message_create_response(unsigned status, struct sip_text reason, struct sip_message **out)
	__attribute__((warn_unused_result));

/* Everything, flow included; independent of the original. 0 or -ENOMEM. */
int sip_message_clone(const struct sip_message *message, struct sip_message **out)
	__attribute__((warn_unused_result));

/* Copies. 0, -EINVAL or -ENOMEM; on error nothing changed. */
int sip_message_set_request_uri(struct sip_message *message, struct sip_text uri)
	__attribute__((warn_unused_result));

/* Copies; content_type replaces Content-Type, empty text removes it. Content-Length needs no
 * care: sip_print writes it. 0, -EINVAL, -E2BIG or -ENOMEM. */
int sip_message_set_body(struct sip_message *message, struct sip_text content_type,
	struct sip_text body) __attribute__((warn_unused_result));

/* NULL is allowed. */
void sip_message_destroy(struct sip_message *message);
