/* SPDX-License-Identifier: BSD-3-Clause */
/* The ISIM's half of AKA (TS 33.102 §6.3.3), for the UE simulator. MAC is judged here, before the
 * SQN; the SQN by the caller's sqn_array. */
#pragma once

#include <stdint.h>

#include "milenage.h"

/* The creator wipes it. */
struct isim_answer {
	uint64_t sqn; /* as AUTN carried it, 48 bits: fresh or not */
	uint8_t amf[MILENAGE_AMF_LEN];
	uint8_t res[MILENAGE_RES_LEN];
	uint8_t ck[MILENAGE_KEY_LEN];
	uint8_t ik[MILENAGE_KEY_LEN];
};

/* 0, or -EBADMSG where MAC-A is wrong: the network failed to authenticate; out is then unchanged.
 */
int isim_answer_challenge(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN],
	const uint8_t autn[MILENAGE_AUTN_LEN], struct isim_answer *out)
	__attribute__((warn_unused_result));

/* AUTS = (SQN_MS ⊕ AK*) ‖ f1*(SQN_MS, RAND, AMF 0000). sqn_ms: 48 bits. */
void isim_make_auts(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN],
	uint64_t sqn_ms, uint8_t auts[MILENAGE_AUTS_LEN]);
