/* SPDX-License-Identifier: BSD-3-Clause */
#include "auc.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "secret.h"

void auc_make_vector(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN], uint64_t sqn,
	const uint8_t amf[MILENAGE_AMF_LEN], struct auc_vector *out)
{
	uint8_t sqn_octets[MILENAGE_SQN_LEN], ak[MILENAGE_SQN_LEN];

	bytes_store_be48(sqn_octets, sqn);
	milenage_challenge(milenage, rand);
	memcpy(out->rand, rand, sizeof(out->rand));
	milenage_f2_f5(milenage, out->xres, ak);
	milenage_f3(milenage, out->ck);
	milenage_f4(milenage, out->ik);
	/* AUTN = (SQN ⊕ AK) ‖ AMF ‖ MAC-A */
	for (unsigned i = 0; i < MILENAGE_SQN_LEN; i++)
		out->autn[i] = sqn_octets[i] ^ ak[i];
	memcpy(out->autn + 6, amf, MILENAGE_AMF_LEN);
	milenage_f1(milenage, sqn_octets, amf, out->autn + 8);
	secret_wipe_bytes(ak, sizeof(ak));
	secret_wipe_bytes(sqn_octets, sizeof(sqn_octets));
}

int auc_check_auts(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN],
	const uint8_t auts[MILENAGE_AUTS_LEN], uint64_t *sqn_ms)
{
	static const uint8_t
		amf[MILENAGE_AMF_LEN]; /* TS 33.102 §6.3.3: 0000 in a resynchronisation */
	uint8_t sqn_octets[MILENAGE_SQN_LEN], ak_star[MILENAGE_SQN_LEN], mac_s[MILENAGE_MAC_LEN];
	int result = -EBADMSG;

	milenage_challenge(milenage, rand);
	milenage_f5_star(milenage, ak_star);
	for (unsigned i = 0; i < MILENAGE_SQN_LEN; i++)
		sqn_octets[i] = auts[i] ^ ak_star[i];
	milenage_f1_star(milenage, sqn_octets, amf, mac_s);
	if (secret_equal_bytes(mac_s, auts + 6, sizeof(mac_s))) {
		*sqn_ms = bytes_load_be48(sqn_octets);
		result = 0;
	}
	secret_wipe_bytes(sqn_octets, sizeof(sqn_octets));
	secret_wipe_bytes(ak_star, sizeof(ak_star));
	secret_wipe_bytes(mac_s, sizeof(mac_s));
	return result;
}
