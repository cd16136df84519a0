/* SPDX-License-Identifier: BSD-3-Clause */
/* The AuC's half of AKA (TS 33.102 §6.3.2, §6.3.5): authentication vectors out, AUTS in. */
#pragma once

#include <stdint.h>

#include "milenage.h"

/* AV = RAND, XRES, CK, IK, AUTN (AKA-2). The creator wipes it. */
struct auc_vector {
	uint8_t rand[MILENAGE_RAND_LEN];
	uint8_t autn[MILENAGE_AUTN_LEN];
	uint8_t xres[MILENAGE_RES_LEN];
	uint8_t ck[MILENAGE_KEY_LEN];
	uint8_t ik[MILENAGE_KEY_LEN];
};

/* sqn: 48 bits, the one that must be durable before the vector leaves. Leaves the RAND chosen. */
void auc_make_vector(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN], uint64_t sqn,
	const uint8_t amf[MILENAGE_AMF_LEN], struct auc_vector *out);

/* AUTS that answered the challenge rand. 0 and SQN_MS, or -EBADMSG where MAC-S is wrong: then
 * sqn_ms is unchanged, and SQN_HE must not move. */
int auc_check_auts(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN],
	const uint8_t auts[MILENAGE_AUTS_LEN], uint64_t *sqn_ms)
	__attribute__((warn_unused_result));
