/* SPDX-License-Identifier: BSD-3-Clause */
/* What a UE may put into Authorization: nonce, auts, qop and the values of a digest. The input's
 * first octet chooses the qop; the rest is cut at zero octets. */
#include <stdlib.h>
#include <string.h>

#include "aka_digest.h"
#include "aka_nonce.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy of exactly its size, so that a read behind it is seen. */
static struct aka_text next_text(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size > 0 ? memchr(*data, '\0', *size) : NULL;
	size_t len = end ? (size_t)(end - *data) : *size;
	char *copy = malloc(len ? len : 1);

	if (!copy)
		abort();
	if (len > 0)
		memcpy(copy, *data, len);
	*data += len + (end ? 1 : 0);
	*size -= len + (end ? 1 : 0);
	return (struct aka_text){copy, len};
}

/* What is accepted must come out again as it was. */
static void try_nonce(struct aka_text text)
{
	uint8_t rand[AKA_RAND_LEN], autn[AKA_AUTN_LEN], auts[AKA_AUTS_LEN];
	char again[AKA_NONCE_TEXT + 1];

	if (aka_nonce_parse(text.at, text.len, rand, autn) == 0) {
		aka_nonce_print(rand, autn, again);
		/* behind 30 octets the two forms may differ: server data or padding */
		if (text.len < AKA_NONCE_TEXT - 4 ||
			memcmp(again, text.at, AKA_NONCE_TEXT - 4) != 0)
			abort();
	}
	if (aka_auts_parse(text.at, text.len, auts) == 0) {
		aka_auts_print(auts, again);
		if (text.len != AKA_AUTS_TEXT || memcmp(again, text.at, AKA_AUTS_TEXT) != 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t res[] = {0, 1, 2, 0, 4, 5, 6, 7};
	struct aka_digest digest = {.qop = AKA_QOP_NONE};
	struct aka_text *const texts[] = {&digest.nonce, &digest.username, &digest.realm,
		&digest.uri, &digest.method, &digest.nc, &digest.cnonce, &digest.body};
	struct aka_text response;
	char expected[AKA_DIGEST_LEN + 1];
	enum aka_qop qop;

	if (size > 0) {
		digest.qop = (enum aka_qop)(*data++ % 3);
		size--;
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = next_text(&data, &size);
	response = next_text(&data, &size);
	try_nonce(digest.nonce);
	if (aka_qop_parse(digest.nonce.at, digest.nonce.len, &qop) == 0 && qop == AKA_QOP_NONE)
		abort();
	if (aka_digest_verify(&digest, res, sizeof(res), response) == 0 &&
		response.len != AKA_DIGEST_LEN)
		abort();
	if (aka_digest_check(&digest) == 0) {
		aka_digest_response(&digest, res, sizeof(res), expected);
		if (aka_digest_verify(
			    &digest, res, sizeof(res), (struct aka_text){expected, AKA_DIGEST_LEN}))
			abort();
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free((char *)(uintptr_t)texts[i]->at);
	free((char *)(uintptr_t)response.at);
	return 0;
}
