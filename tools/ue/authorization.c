/* SPDX-License-Identifier: BSD-3-Clause */
/* The challenge of SM6 and the Authorization of SM1 and SM7 as text. */
#include "authorization.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "aka_digest.h"
#include "sip_parameter.h"

#define SCHEME "Digest "

/* qop is a list of its own, in quotes. */
static bool has_auth(struct sip_slice qop)
{
	struct sip_slice one;

	while (sip_parameter_next(&qop, ',', &one)) {
		if (sip_parameter_is(one, "auth"))
			return true;
	}
	return false;
}

const char *authorization_read(const struct sip_text *sm6, struct authorization_challenge *out)
{
	struct sip_slice row, value;

	memset(out, 0, sizeof(*out));
	if (!sip_text_header(sm6, "WWW-Authenticate", 0, &row))
		return "no WWW-Authenticate";
	if (row.len < strlen(SCHEME) || strncasecmp(row.at, SCHEME, strlen(SCHEME)))
		return "WWW-Authenticate: not Digest";
	row.at += strlen(SCHEME);
	row.len -= strlen(SCHEME);
	if (sip_parameter_find(row, ',', "ik", &value) ||
		sip_parameter_find(row, ',', "ck", &value))
		return "WWW-Authenticate: the keys were not removed";
	if (!sip_parameter_find(row, ',', "algorithm", &value) ||
		!sip_parameter_is(value, "AKAv1-MD5"))
		return "WWW-Authenticate: algorithm is not AKAv1-MD5";
	if (!sip_parameter_find(row, ',', "realm", &out->realm))
		return "WWW-Authenticate: no realm";
	if (!sip_parameter_find(row, ',', "nonce", &out->nonce) ||
		aka_nonce_parse(out->nonce.at, out->nonce.len, out->rand, out->autn))
		return "WWW-Authenticate: nonce is not RAND and AUTN in base64";
	out->qop_auth = sip_parameter_find(row, ',', "qop", &value);
	if (out->qop_auth && !has_auth(value))
		return "WWW-Authenticate: qop without auth";
	if (!sip_parameter_find(row, ',', "opaque", &out->opaque))
		out->opaque = (struct sip_slice){"", 0};
	return NULL;
}

size_t authorization_initial(const struct authorization_identity *identity, char *out, size_t cap)
{
	int len = snprintf(out, cap,
		"Digest username=\"%s\",realm=\"%s\",uri=\"%s\",nonce=\"\",response=\"\"",
		identity->impi, identity->realm, identity->uri);

	return len > 0 && (size_t)len < cap ? (size_t)len : 0;
}

static struct aka_text text_of(const char *text)
{
	return (struct aka_text){text, strlen(text)};
}

size_t authorization_answer(const struct authorization_identity *identity,
	const struct authorization_challenge *challenge, const struct secret *res,
	const char *cnonce, char *out, size_t cap)
{
	struct aka_digest digest = {
		.username = text_of(identity->impi),
		.realm = {challenge->realm.at, challenge->realm.len},
		.uri = text_of(identity->uri),
		.nonce = {challenge->nonce.at, challenge->nonce.len},
		.method = text_of("REGISTER"),
		.qop = challenge->qop_auth ? AKA_QOP_AUTH : AKA_QOP_NONE,
		.nc = text_of("00000001"),
		.cnonce = text_of(cnonce),
	};
	char response[AKA_DIGEST_LEN + 1], qop[64] = "", opaque[256] = "";
	int len;

	if (challenge->opaque.len >= sizeof(opaque) - 16)
		return 0;
	if (challenge->qop_auth)
		snprintf(qop, sizeof(qop), ",qop=auth,nc=00000001,cnonce=\"%s\"", cnonce);
	if (challenge->opaque.len > 0)
		snprintf(opaque, sizeof(opaque), ",opaque=\"%.*s\"", (int)challenge->opaque.len,
			challenge->opaque.at);
	aka_digest_response(&digest, res->bytes, res->len, response);
	len = snprintf(out, cap,
		"Digest username=\"%s\",realm=\"%.*s\",uri=\"%s\",nonce=\"%.*s\","
		"algorithm=AKAv1-MD5%s%s,response=\"%s\"",
		identity->impi, (int)challenge->realm.len, challenge->realm.at, identity->uri,
		(int)challenge->nonce.len, challenge->nonce.at, qop, opaque, response);
	return len > 0 && (size_t)len < cap ? (size_t)len : 0;
}

size_t authorization_report(const struct authorization_identity *identity,
	const struct authorization_challenge *challenge, const uint8_t *auts, const char *cnonce,
	char *out, size_t cap)
{
	const struct secret no_res = {0};
	char text[AKA_AUTS_TEXT + 1];
	size_t len;
	int n;

	if (auts) {
		len = authorization_answer(identity, challenge, &no_res, cnonce, out, cap);
		aka_auts_print(auts, text);
		n = len > 0 ? snprintf(out + len, cap - len, ",auts=\"%s\"", text) : -1;
		return n > 0 && (size_t)n < cap - len ? len + (size_t)n : 0;
	}
	n = snprintf(out, cap,
		"Digest username=\"%s\",realm=\"%.*s\",uri=\"%s\",nonce=\"%.*s\","
		"algorithm=AKAv1-MD5,response=\"\"",
		identity->impi, (int)challenge->realm.len, challenge->realm.at, identity->uri,
		(int)challenge->nonce.len, challenge->nonce.at);
	return n > 0 && (size_t)n < cap ? (size_t)n : 0;
}
