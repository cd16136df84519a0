/* SPDX-License-Identifier: BSD-3-Clause */
/* The challenge of SM6 and the Authorization of SM1 and SM7 as text (RFC 3310, TS 24.229
 * §5.1.1.2, §5.1.1.5). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "aka_nonce.h"
#include "secret.h"
#include "sip_text.h"

/* Parts of the message that carried it. */
struct authorization_challenge {
	struct sip_slice nonce, realm, opaque; /* opaque may be empty */
	bool qop_auth;
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN];
};

/* Who answers. */
struct authorization_identity {
	const char *impi, *realm, *uri;
};

/* NULL, or what is wrong with SM6's WWW-Authenticate: also that it still has ik or ck (A-SM6). */
const char *authorization_read(const struct sip_text *sm6, struct authorization_challenge *out)
	__attribute__((warn_unused_result));

/* For SM1: nonce and response are empty. Its length, or 0 where cap is too small. */
size_t authorization_initial(const struct authorization_identity *identity, char *out, size_t cap)
	__attribute__((warn_unused_result));

/* For SM7: the response to the challenge. cnonce: 8 hex digits. Its length, or 0. */
size_t authorization_answer(const struct authorization_identity *identity,
	const struct authorization_challenge *challenge, const struct secret *res,
	const char *cnonce, char *out, size_t cap) __attribute__((warn_unused_result));

/* For SM7 that refuses the challenge: auts is NULL where the MAC is wrong, with an empty response;
 * else it stands beside a response made of no password (RFC 3310 §3.4). Its length, or 0. */
size_t authorization_report(const struct authorization_identity *identity,
	const struct authorization_challenge *challenge, const uint8_t *auts, const char *cnonce,
	char *out, size_t cap) __attribute__((warn_unused_result));
