/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP as the UE does it: RFC 4303, transport mode, NULL cipher, HMAC-MD5-96 or HMAC-SHA-1-96.
 * Written apart from the gateway's, so that each can find the other's mistakes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "replay.h"
#include "secret.h"

enum esp_algorithm { ESP_HMAC_MD5_96, ESP_HMAC_SHA_1_96, ESP_ALGORITHMS };

#define ESP_OVERHEAD_MAX (8 + 3 + 2 + 12) /* header, padding, trailer, ICV */

struct esp_sa {
	uint32_t spi;
	enum esp_algorithm algorithm;
	struct secret key;    /* IK_ESP */
	uint32_t sequence;    /* outbound: the last one that was sent */
	struct replay replay; /* inbound */
};

/* "hmac-md5-96", "hmac-sha-1-96" (RFC 3329, TS 33.203 Annex H). */
const char *esp_algorithm_name(enum esp_algorithm algorithm);

/* 0, or -EINVAL; whatever the case. */
int esp_algorithm_parse(const char *text, size_t len, enum esp_algorithm *out)
	__attribute__((warn_unused_result));

/* IK_ESP from IK (TS 33.203 Annex I): IK for MD5, IK and 32 zero bits for SHA-1. */
void esp_expand_key(enum esp_algorithm algorithm, const uint8_t ik[16], struct secret *out);

/* The next number, body, padding, ICV into out; the length, or 0 where cap is too small or the
 * number would wrap. */
size_t esp_seal(struct esp_sa *sa, uint8_t next_header, const uint8_t *body, size_t len,
	uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* body points into bytes. 0; -EBADMSG wrong ICV, -EALREADY replayed, -EINVAL malformed. */
int esp_open(struct esp_sa *sa, const uint8_t *bytes, size_t len, uint8_t *next_header,
	const uint8_t **body, size_t *body_len) __attribute__((warn_unused_result));
