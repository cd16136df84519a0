/* SPDX-License-Identifier: BSD-3-Clause */
/* Base64 of RFC 4648 §4, the canonical form only: nonce and auts are compared and hashed as text.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Characters of len octets, without the NUL. */
#define BASE64_TEXT_LEN(len) (((len) + 2) / 3 * 4)

/* Writes BASE64_TEXT_LEN(len) characters and a NUL. */
void base64_encode(const uint8_t *bytes, size_t len, char *out);

/* text[0 .. text_len) must be what base64_encode makes of the result: whole groups, right padding,
 * no white space, no stray bits. 0; -EINVAL where it is not; -EMSGSIZE where it is longer than
 * capacity octets. out and len are unchanged then. */
int base64_decode(const char *text, size_t text_len, uint8_t *out, size_t capacity, size_t *len)
	__attribute__((warn_unused_result));
