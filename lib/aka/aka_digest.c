/* SPDX-License-Identifier: BSD-3-Clause */
#include "aka_digest.h"

#include <ctype.h>
#include <errno.h>
#include <nettle/md5.h>
#include <string.h>
#include <strings.h>

#include "hex.h"
#include "secret.h"

static const char *const qop_names[] = {
	[AKA_QOP_AUTH] = "auth",
	[AKA_QOP_AUTH_INT] = "auth-int",
};

int aka_qop_parse(const char *text, size_t len, enum aka_qop *out)
{
	for (enum aka_qop qop = AKA_QOP_AUTH; qop <= AKA_QOP_AUTH_INT; qop++) {
		if (strlen(qop_names[qop]) == len && strncasecmp(text, qop_names[qop], len) == 0) {
			*out = qop;
			return 0;
		}
	}
	return -EINVAL;
}

int aka_digest_check(const struct aka_digest *digest)
{
	if (digest->username.len == 0 || digest->realm.len == 0 || digest->uri.len == 0 ||
		digest->method.len == 0)
		return -EINVAL;
	if (digest->qop == AKA_QOP_NONE)
		return 0;
	if (digest->nc.len != 8 || digest->cnonce.len == 0)
		return -EINVAL;
	for (size_t i = 0; i < digest->nc.len; i++)
		if (!isxdigit((unsigned char)digest->nc.at[i]))
			return -EINVAL;
	return 0;
}

static void hash_text(struct md5_ctx *ctx, struct aka_text text)
{
	md5_update(ctx, text.len, (const uint8_t *)text.at);
}

static void hash_colon(struct md5_ctx *ctx)
{
	md5_update(ctx, 1, (const uint8_t *)":");
}

/* Ends the hash and writes it as text, the form in which RFC 2617 nests hashes. */
static void hash_end(struct md5_ctx *ctx, char out[AKA_DIGEST_LEN + 1])
{
	uint8_t hash[MD5_DIGEST_SIZE];

	md5_digest(ctx, sizeof(hash), hash);
	hex_encode(hash, sizeof(hash), out);
	secret_wipe_bytes(hash, sizeof(hash));
	secret_wipe_bytes(ctx, sizeof(*ctx));
}

/* H(A1), A1 = username ":" realm ":" RES (§3.2.2.2; RFC 3310 §3.3) */
static void hash_a1(const struct aka_digest *digest, const uint8_t *res, size_t res_len, char *out)
{
	struct md5_ctx ctx;

	md5_init(&ctx);
	hash_text(&ctx, digest->username);
	hash_colon(&ctx);
	hash_text(&ctx, digest->realm);
	hash_colon(&ctx);
	md5_update(&ctx, res_len, res);
	hash_end(&ctx, out);
}

/* H(A2), A2 = method ":" uri [":" H(body)] (§3.2.2.3) */
static void hash_a2(const struct aka_digest *digest, char *out)
{
	char body_hash[AKA_DIGEST_LEN + 1];
	struct md5_ctx ctx;

	if (digest->qop == AKA_QOP_AUTH_INT) {
		md5_init(&ctx);
		hash_text(&ctx, digest->body);
		hash_end(&ctx, body_hash);
	}
	md5_init(&ctx);
	hash_text(&ctx, digest->method);
	hash_colon(&ctx);
	hash_text(&ctx, digest->uri);
	if (digest->qop == AKA_QOP_AUTH_INT) {
		hash_colon(&ctx);
		md5_update(&ctx, AKA_DIGEST_LEN, (const uint8_t *)body_hash);
	}
	hash_end(&ctx, out);
}

/* §3.2.2.1 */
void aka_digest_response(
	const struct aka_digest *digest, const uint8_t *res, size_t res_len, char *out)
{
	char ha1[AKA_DIGEST_LEN + 1], ha2[AKA_DIGEST_LEN + 1];
	struct md5_ctx ctx;

	hash_a1(digest, res, res_len, ha1);
	hash_a2(digest, ha2);
	md5_init(&ctx);
	md5_update(&ctx, AKA_DIGEST_LEN, (const uint8_t *)ha1);
	hash_colon(&ctx);
	hash_text(&ctx, digest->nonce);
	if (digest->qop != AKA_QOP_NONE) {
		const char *qop = qop_names[digest->qop];

		hash_colon(&ctx);
		hash_text(&ctx, digest->nc);
		hash_colon(&ctx);
		hash_text(&ctx, digest->cnonce);
		hash_colon(&ctx);
		hash_text(&ctx, (struct aka_text){qop, strlen(qop)});
	}
	hash_colon(&ctx);
	md5_update(&ctx, AKA_DIGEST_LEN, (const uint8_t *)ha2);
	hash_end(&ctx, out);
	secret_wipe_bytes(ha1, sizeof(ha1));
}

int aka_digest_verify(const struct aka_digest *digest, const uint8_t *xres, size_t xres_len,
	struct aka_text response)
{
	char expected[AKA_DIGEST_LEN + 1];
	bool equal;

	if (aka_digest_check(digest) || response.len != AKA_DIGEST_LEN)
		return -EINVAL;
	aka_digest_response(digest, xres, xres_len, expected);
	equal = secret_equal_bytes(expected, response.at, AKA_DIGEST_LEN);
	secret_wipe_bytes(expected, sizeof(expected));
	return equal ? 0 : -EACCES;
}
