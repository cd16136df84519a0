/* SPDX-License-Identifier: BSD-3-Clause */
#include "aka_nonce.h"

#include <errno.h>
#include <string.h>

void aka_nonce_print(const uint8_t rand[AKA_RAND_LEN], const uint8_t autn[AKA_AUTN_LEN],
	char out[AKA_NONCE_TEXT + 1])
{
	uint8_t octets[AKA_RAND_LEN + AKA_AUTN_LEN];

	memcpy(octets, rand, AKA_RAND_LEN);
	memcpy(octets + AKA_RAND_LEN, autn, AKA_AUTN_LEN);
	base64_encode(octets, sizeof(octets), out);
}

int aka_nonce_parse(
	const char *text, size_t len, uint8_t rand[AKA_RAND_LEN], uint8_t autn[AKA_AUTN_LEN])
{
	uint8_t octets[AKA_NONCE_MAX];
	size_t decoded_len;
	int error = base64_decode(text, len, octets, sizeof(octets), &decoded_len);

	if (error)
		return error;
	if (decoded_len < AKA_RAND_LEN + AKA_AUTN_LEN)
		return -EMSGSIZE;
	memcpy(rand, octets, AKA_RAND_LEN);
	memcpy(autn, octets + AKA_RAND_LEN, AKA_AUTN_LEN);
	return 0;
}

void aka_auts_print(const uint8_t auts[AKA_AUTS_LEN], char out[AKA_AUTS_TEXT + 1])
{
	base64_encode(auts, AKA_AUTS_LEN, out);
}

int aka_auts_parse(const char *text, size_t len, uint8_t auts[AKA_AUTS_LEN])
{
	uint8_t octets[AKA_AUTS_LEN];
	size_t decoded_len;
	int error = base64_decode(text, len, octets, sizeof(octets), &decoded_len);

	if (error)
		return error;
	if (decoded_len != AKA_AUTS_LEN)
		return -EMSGSIZE;
	memcpy(auts, octets, AKA_AUTS_LEN);
	return 0;
}
