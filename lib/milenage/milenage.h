/* SPDX-License-Identifier: BSD-3-Clause */
/* The functions f1 … f5* of TS 35.206 for one subscriber: only the AuC and the ISIM see them. */
#pragma once

#include <stdint.h>

#include "aes128.h"

#define MILENAGE_KEY_LEN  16 /* K, OP, OPc, CK, IK */
#define MILENAGE_RAND_LEN 16
#define MILENAGE_SQN_LEN  6 /* and AK, AK* */
#define MILENAGE_AMF_LEN  2
#define MILENAGE_MAC_LEN  8 /* MAC-A, MAC-S */
#define MILENAGE_RES_LEN  8
#define MILENAGE_AUTN_LEN 16 /* (SQN ⊕ AK) ‖ AMF ‖ MAC-A */
#define MILENAGE_AUTS_LEN 14 /* (SQN_MS ⊕ AK*) ‖ MAC-S */

/* A subscriber's K (expanded) and OPc, and what all functions share of the RAND at hand.
 * aes must outlive it; milenage_close wipes it. */
struct milenage {
	const struct aes128 *aes;
	struct aes128_key key;
	uint8_t opc[MILENAGE_KEY_LEN];
	uint8_t temp[AES128_BLOCK_LEN];
};

/* OPc = OP ⊕ E_K(OP): for subscribers that are provisioned with OP. */
void milenage_derive_opc(const struct aes128 *aes, const uint8_t k[MILENAGE_KEY_LEN],
	const uint8_t op[MILENAGE_KEY_LEN], uint8_t opc[MILENAGE_KEY_LEN]);

void milenage_open(struct milenage *milenage, const struct aes128 *aes,
	const uint8_t k[MILENAGE_KEY_LEN], const uint8_t opc[MILENAGE_KEY_LEN]);
void milenage_close(struct milenage *milenage);

/* Chooses the RAND for the functions below; to be called before them, as often as RAND changes. */
void milenage_challenge(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN]);

void milenage_f1(const struct milenage *milenage, const uint8_t sqn[MILENAGE_SQN_LEN],
	const uint8_t amf[MILENAGE_AMF_LEN], uint8_t mac_a[MILENAGE_MAC_LEN]);
void milenage_f1_star(const struct milenage *milenage, const uint8_t sqn[MILENAGE_SQN_LEN],
	const uint8_t amf[MILENAGE_AMF_LEN], uint8_t mac_s[MILENAGE_MAC_LEN]);
void milenage_f2_f5(const struct milenage *milenage, uint8_t res[MILENAGE_RES_LEN],
	uint8_t ak[MILENAGE_SQN_LEN]);
void milenage_f3(const struct milenage *milenage, uint8_t ck[MILENAGE_KEY_LEN]);
void milenage_f4(const struct milenage *milenage, uint8_t ik[MILENAGE_KEY_LEN]);
void milenage_f5_star(const struct milenage *milenage, uint8_t ak_star[MILENAGE_SQN_LEN]);
