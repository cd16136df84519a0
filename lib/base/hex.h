/* SPDX-License-Identifier: BSD-3-Clause */
/* Hexadecimal text, as in 3GPP test data and in the ik and ck parameters (TS 24.229 §7.2A.1). */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Exactly 2 * len digits, either case, are read from text[0 .. text_len).
 * 0, or -EINVAL where the length or a digit is wrong; out is then unchanged. */
int hex_decode(const char *text, size_t text_len, uint8_t *out, size_t len)
	__attribute__((warn_unused_result));

/* Writes 2 * len lower-case digits and a NUL: out holds 2 * len + 1 characters. */
void hex_encode(const uint8_t *bytes, size_t len, char *out);
