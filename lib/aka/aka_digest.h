/* SPDX-License-Identifier: BSD-3-Clause */
/* Digest AKAv1-MD5 (RFC 3310 §3.3 over RFC 2617 §3.2.2): the password is RES, octets and no text.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define AKA_DIGEST_LEN 32 /* lower-case hex digits */

enum aka_qop { AKA_QOP_NONE, AKA_QOP_AUTH, AKA_QOP_AUTH_INT };

struct aka_text {
	const char *at;
	size_t len;
};

/* What a request says, without the quotation marks, escapes left as they are (RFC 2617 §1.2). It
 * points into the message. */
struct aka_digest {
	struct aka_text username, realm, uri, nonce, method;
	enum aka_qop qop;
	struct aka_text nc, cnonce; /* only with a qop */
	struct aka_text body;       /* only with AKA_QOP_AUTH_INT */
};

/* "auth", "auth-int", whatever their case. 0, or -EINVAL. */
int aka_qop_parse(const char *text, size_t len, enum aka_qop *out)
	__attribute__((warn_unused_result));

/* 0, or -EINVAL where username, realm, uri or method is empty, or where with a qop nc is not
 * 8 hex digits or cnonce is empty. */
int aka_digest_check(const struct aka_digest *digest) __attribute__((warn_unused_result));

/* The response of a digest that aka_digest_check accepts. res: the octets of RES or XRES; none for
 * a response beside an auts. Writes AKA_DIGEST_LEN digits and a NUL. */
void aka_digest_response(
	const struct aka_digest *digest, const uint8_t *res, size_t res_len, char *out);

/* 0; -EINVAL where aka_digest_check refuses or the response has not 32 characters; -EACCES where
 * it is not the one of xres. Compared in constant time. */
int aka_digest_verify(const struct aka_digest *digest, const uint8_t *xres, size_t xres_len,
	struct aka_text response) __attribute__((warn_unused_result));
