/* SPDX-License-Identifier: BSD-3-Clause */
/* sip, sips and tel URIs (RFC 3261 §19.1, RFC 3966). */
#pragma once

#include "sip_arena.h"

enum sip_uri_scheme { SIP_URI_SIP, SIP_URI_SIPS, SIP_URI_TEL, SIP_URI_OTHER };

struct sip_uri {
	struct sip_text text; /* whole, as received */
	enum sip_uri_scheme scheme;
	struct sip_text user;   /* %xx resolved; empty where there is none; tel: the number */
	struct sip_text host;   /* as received; IPv6 without brackets; not for tel */
	uint16_t port;          /* 0: none given */
	struct sip_text params; /* from the first ";" on, for sip_param; empty: none */
	bool has_headers;       /* "?subject=…" */
};

/* Pieces lie in the arena (&message->arena). SIP_URI_OTHER: only text is set. No space, quote,
 * control character or %00 is ever accepted. 0, -EINVAL or -ENOMEM. */
int sip_uri_parse(struct sip_arena *arena, struct sip_text text, struct sip_uri *out)
	__attribute__((warn_unused_result));

/* The form in which identities are compared (§10.3 step 5): scheme and host in lower case, user
 * unescaped, port where given, no password, parameters or headers: "sip:user@home.net",
 * "tel:+4912345" (without visual separators). 0, -EINVAL (other scheme), -ENOSPC. */
int sip_uri_identity(const struct sip_uri *uri, char *out, size_t size)
	__attribute__((warn_unused_result));
