/* SPDX-License-Identifier: BSD-3-Clause */
#include "isim.h"

#include <errno.h>
#include <string.h>

#include "bytes.h"
#include "secret.h"

int isim_answer_challenge(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN],
	const uint8_t autn[MILENAGE_AUTN_LEN], struct isim_answer *out)
{
	uint8_t sqn_octets[MILENAGE_SQN_LEN], ak[MILENAGE_SQN_LEN], mac_a[MILENAGE_MAC_LEN];
	uint8_t res[MILENAGE_RES_LEN];
	int result = -EBADMSG;

	milenage_challenge(milenage, rand);
	milenage_f2_f5(milenage, res, ak);
	for (unsigned i = 0; i < MILENAGE_SQN_LEN; i++)
		sqn_octets[i] = autn[i] ^ ak[i];
	milenage_f1(milenage, sqn_octets, autn + 6, mac_a);
	if (!secret_equal_bytes(mac_a, autn + 8, sizeof(mac_a)))
		goto wipe;
	out->sqn = bytes_load_be48(sqn_octets);
	memcpy(out->amf, autn + 6, sizeof(out->amf));
	memcpy(out->res, res, sizeof(out->res));
	milenage_f3(milenage, out->ck);
	milenage_f4(milenage, out->ik);
	result = 0;
wipe:
	secret_wipe_bytes(sqn_octets, sizeof(sqn_octets));
	secret_wipe_bytes(ak, sizeof(ak));
	secret_wipe_bytes(mac_a, sizeof(mac_a));
	secret_wipe_bytes(res, sizeof(res));
	return result;
}

void isim_make_auts(struct milenage *milenage, const uint8_t rand[MILENAGE_RAND_LEN],
	uint64_t sqn_ms, uint8_t auts[MILENAGE_AUTS_LEN])
{
	static const uint8_t
		amf[MILENAGE_AMF_LEN]; /* TS 33.102 §6.3.3: 0000 in a resynchronisation */
	uint8_t sqn_octets[MILENAGE_SQN_LEN], ak_star[MILENAGE_SQN_LEN];

	bytes_store_be48(sqn_octets, sqn_ms);
	milenage_challenge(milenage, rand);
	milenage_f5_star(milenage, ak_star);
	for (unsigned i = 0; i < MILENAGE_SQN_LEN; i++)
		auts[i] = sqn_octets[i] ^ ak_star[i];
	milenage_f1_star(milenage, sqn_octets, amf, auts + 6);
	secret_wipe_bytes(sqn_octets, sizeof(sqn_octets));
	secret_wipe_bytes(ak_star, sizeof(ak_star));
}
