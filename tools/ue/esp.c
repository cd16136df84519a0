/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP as the UE does it. */
#include "esp.h"

#include <errno.h>
#include <nettle/hmac.h>
#include <string.h>
#include <strings.h>

#include "bytes.h"

#define HEADER_LEN  8
#define TRAILER_LEN 2
#define ICV_LEN     12

static const char *const names[ESP_ALGORITHMS] = {
	[ESP_HMAC_MD5_96] = "hmac-md5-96",
	[ESP_HMAC_SHA_1_96] = "hmac-sha-1-96",
};

const char *esp_algorithm_name(enum esp_algorithm algorithm)
{
	return names[algorithm];
}

int esp_algorithm_parse(const char *text, size_t len, enum esp_algorithm *out)
{
	int i;

	for (i = 0; i < ESP_ALGORITHMS; i++) {
		if (strlen(names[i]) == len && !strncasecmp(names[i], text, len)) {
			*out = (enum esp_algorithm)i;
			return 0;
		}
	}
	return -EINVAL;
}

void esp_expand_key(enum esp_algorithm algorithm, const uint8_t ik[16], struct secret *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->bytes, ik, 16);
	out->len = algorithm == ESP_HMAC_MD5_96 ? 16 : 20;
}

static void icv(const struct esp_sa *sa, const uint8_t *bytes, size_t len, uint8_t out[ICV_LEN])
{
	union {
		struct hmac_md5_ctx md5;
		struct hmac_sha1_ctx sha1;
	} hmac;

	if (sa->algorithm == ESP_HMAC_MD5_96) {
		hmac_md5_set_key(&hmac.md5, sa->key.len, sa->key.bytes);
		hmac_md5_update(&hmac.md5, len, bytes);
		hmac_md5_digest(&hmac.md5, ICV_LEN, out);
	} else {
		hmac_sha1_set_key(&hmac.sha1, sa->key.len, sa->key.bytes);
		hmac_sha1_update(&hmac.sha1, len, bytes);
		hmac_sha1_digest(&hmac.sha1, ICV_LEN, out);
	}
	secret_wipe_bytes(&hmac, sizeof(hmac));
}

size_t esp_seal(struct esp_sa *sa, uint8_t next_header, const uint8_t *body, size_t len,
	uint8_t *out, size_t cap)
{
	/* RFC 4303 §2.4: pad length and next header end on a 4-octet boundary. */
	size_t pad = (4 - (len + TRAILER_LEN) % 4) % 4;
	size_t covered = HEADER_LEN + len + pad + TRAILER_LEN;
	uint8_t *at = out;
	size_t i;

	if (covered + ICV_LEN > cap || sa->sequence == UINT32_MAX)
		return 0;
	bytes_store_be32(at, sa->spi);
	bytes_store_be32(at + 4, ++sa->sequence);
	at += HEADER_LEN;
	memcpy(at, body, len);
	at += len;
	for (i = 1; i <= pad; i++)
		*at++ = (uint8_t)i;
	*at++ = (uint8_t)pad;
	*at++ = next_header;
	icv(sa, out, covered, at);
	return covered + ICV_LEN;
}

int esp_open(struct esp_sa *sa, const uint8_t *bytes, size_t len, uint8_t *next_header,
	const uint8_t **body, size_t *body_len)
{
	uint8_t expected[ICV_LEN];
	uint32_t sequence;
	size_t covered, pad, i;

	if (len < HEADER_LEN + TRAILER_LEN + ICV_LEN || (len - ICV_LEN) % 4)
		return -EINVAL;
	covered = len - ICV_LEN;
	sequence = bytes_load_be32(bytes + 4);
	if (!replay_check(&sa->replay, sequence))
		return -EALREADY;
	icv(sa, bytes, covered, expected);
	if (!secret_equal_bytes(expected, bytes + covered, ICV_LEN))
		return -EBADMSG;
	replay_move(&sa->replay, sequence);
	pad = bytes[covered - 2];
	if (pad > covered - HEADER_LEN - TRAILER_LEN)
		return -EINVAL;
	for (i = 0; i < pad; i++) {
		if (bytes[covered - TRAILER_LEN - pad + i] != i + 1)
			return -EINVAL;
	}
	*next_header = bytes[covered - 1];
	*body = bytes + HEADER_LEN;
	*body_len = covered - HEADER_LEN - TRAILER_LEN - pad;
	return 0;
}
