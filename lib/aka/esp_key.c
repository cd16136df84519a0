/* SPDX-License-Identifier: BSD-3-Clause */
#include "esp_key.h"

#include <errno.h>
#include <string.h>

int esp_key_expand(const struct secret *ik, size_t key_len, struct secret *out)
{
	if (ik->len != ESP_KEY_IK_LEN)
		return -EINVAL;
	if (key_len != ESP_KEY_MD5_96_LEN && key_len != ESP_KEY_SHA_1_96_LEN)
		return -EINVAL;
	secret_wipe(out);
	memcpy(out->bytes, ik->bytes, ESP_KEY_IK_LEN);
	out->len = (uint8_t)key_len;
	return 0;
}
