/* SPDX-License-Identifier: BSD-3-Clause */
/* AKA's challenge and its resynchronisation as SIP text (RFC 3310 §3.2, §3.4). Texts are without
 * their quotation marks. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base64.h"

#define AKA_RAND_LEN 16
#define AKA_AUTN_LEN 16
#define AKA_AUTS_LEN 14

#define AKA_NONCE_TEXT 44 /* characters of RAND ‖ AUTN, without the NUL */
#define AKA_AUTS_TEXT  20

/* RFC 3310 lets server data follow RAND ‖ AUTN; more than this is refused. */
#define AKA_NONCE_MAX 256 /* octets, decoded */

void aka_nonce_print(const uint8_t rand[AKA_RAND_LEN], const uint8_t autn[AKA_AUTN_LEN],
	char out[AKA_NONCE_TEXT + 1]);

/* 0, or -EINVAL where text is not base64, -EMSGSIZE where it is shorter than 32 or longer than
 * AKA_NONCE_MAX octets (AKA-6); rand and autn are unchanged then. */
int aka_nonce_parse(const char *text, size_t len, uint8_t rand[AKA_RAND_LEN],
	uint8_t autn[AKA_AUTN_LEN]) __attribute__((warn_unused_result));

void aka_auts_print(const uint8_t auts[AKA_AUTS_LEN], char out[AKA_AUTS_TEXT + 1]);

/* 0, or -EINVAL where text is not base64, -EMSGSIZE where it is not exactly 14 octets. */
int aka_auts_parse(const char *text, size_t len, uint8_t auts[AKA_AUTS_LEN])
	__attribute__((warn_unused_result));
