/* SPDX-License-Identifier: BSD-3-Clause */
/* Digest credentials and challenges (RFC 3261 §22.4, RFC 2617, RFC 3310, TS 24.229 §7.2A.1):
 * every parameter is kept, known or not, and edited in the received text. */
#pragma once

#include "sip_header.h"

#define SIP_AUTH_PARAMS_MAX 32

struct sip_auth_param {
	struct sip_text name;  /* as received; compare without case */
	struct sip_text value; /* without quotes, escapes resolved */
	bool quoted;
	struct sip_text whole; /* name to end of value, in the row's text */
};

struct sip_auth {
	struct sip_text scheme; /* "Digest" */
	struct sip_auth_param params[SIP_AUTH_PARAMS_MAX];
	size_t count;
};

/* One row of Authorization or WWW-Authenticate. Values refer to the row's text, or to the
 * message's arena where escapes had to be resolved. -EINVAL: scheme or grammar wrong, or a name
 * occurs twice in any case; -E2BIG: above SIP_AUTH_PARAMS_MAX; -ENOMEM. */
int sip_auth_parse(struct sip_message *message, const struct sip_header *header,
	struct sip_auth *out) __attribute__((warn_unused_result));

/* username, realm, nonce, uri, response, algorithm, qop, nc, cnonce, auts, opaque,
 * integrity-protected, ik, ck …: any case. True and the value (may be NULL) where present;
 * a present parameter may be empty (nonce=""). */
bool sip_auth_find(const struct sip_auth *auth, const char *name, struct sip_text *value);

/* Takes the parameter out of the row's text whatever its case and quoting; all else stays as
 * written. 0 also where it is absent. Where it is the only one, "Digest" is left, which
 * is no credentials any more. -EINVAL as sip_auth_parse, -ENOMEM: nothing changed.
 * A struct sip_auth parsed before still shows the former text. */
int sip_auth_remove(struct sip_message *message, struct sip_header *header, const char *name)
	__attribute__((warn_unused_result));

/* Replaces its value, or adds the parameter at the end: name="value", without quotes where
 * quoted is false. -EINVAL also for a value with a quote, backslash, CR, LF or NUL (a comma or
 * space, too, where not quoted). */
int sip_auth_set(struct sip_message *message, struct sip_header *header, const char *name,
	struct sip_text value, bool quoted) __attribute__((warn_unused_result));
