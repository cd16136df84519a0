/* SPDX-License-Identifier: BSD-3-Clause */
#include "base64.h"

#include <errno.h>
#include <nettle/base64.h>
#include <string.h>

void base64_encode(const uint8_t *bytes, size_t len, char *out)
{
	base64_encode_raw(out, len, bytes);
	out[BASE64_TEXT_LEN(len)] = '\0';
}

/* One group of four characters to one to three octets. nettle skips white space, but then less than
 * four characters are left and no group is whole. */
static int decode_group(const char group[4], uint8_t octets[BASE64_DECODE_LENGTH(4)], size_t *len)
{
	struct base64_decode_ctx ctx;

	base64_decode_init(&ctx);
	*len = BASE64_DECODE_LENGTH(4);
	if (!base64_decode_update(&ctx, len, octets, 4, group) || !base64_decode_final(&ctx))
		return -EINVAL;
	return *len > 0 ? 0 : -EINVAL;
}

int base64_decode(const char *text, size_t text_len, uint8_t *out, size_t capacity, size_t *len)
{
	uint8_t octets[BASE64_DECODE_LENGTH(4)];
	size_t total = 0, part;

	if (text_len % 4 != 0)
		return -EINVAL;
	/* Judged whole before the first octet is written. */
	for (size_t i = 0; i < text_len; i += 4) {
		if (decode_group(text + i, octets, &part) || (part < 3 && i + 4 < text_len))
			return -EINVAL;
		total += part;
	}
	if (total > capacity)
		return -EMSGSIZE;
	for (size_t i = 0; i < text_len; i += 4) {
		if (decode_group(text + i, octets, &part))
			return -EINVAL;
		memcpy(out + i / 4 * 3, octets, part);
	}
	*len = total;
	return 0;
}
