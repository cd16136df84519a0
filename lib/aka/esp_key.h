/* SPDX-License-Identifier: BSD-3-Clause */
/* IK to IK_ESP (TS 33.203 Annex I): done in the UE and in the P-CSCF, nowhere else (INT-5). */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "secret.h"

#define ESP_KEY_IK_LEN       16
#define ESP_KEY_MD5_96_LEN   16 /* IK_ESP = IK */
#define ESP_KEY_SHA_1_96_LEN 20 /* IK_ESP = IK followed by 32 zero bits */

/* key_len says for which algorithm: one of the two lengths above. 0, or -EINVAL where ik has not
 * 16 octets or key_len is another; out is then unchanged. out must not be ik. */
int esp_key_expand(const struct secret *ik, size_t key_len, struct secret *out)
	__attribute__((warn_unused_result));
