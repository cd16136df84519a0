/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine's life, and keys: at start and with SA commands, never with packets. */
#include "icv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "icv_engine.h"
#include "secret.h"

#define HMAC_BLOCK_LEN 64

int icv_open(struct icv **out)
{
	struct icv *icv = calloc(1, sizeof(*icv));
	IMB_ARCH arch;

	if (!icv)
		return -ENOMEM;
	icv->manager = alloc_mb_mgr(0);
	if (!icv->manager) {
		free(icv);
		return -ENOMEM;
	}
	init_mb_mgr_auto(icv->manager, &arch);
	if (imb_get_errno(icv->manager) != 0) {
		icv_close(icv);
		return -ENOTSUP;
	}
	*out = icv;
	return 0;
}

void icv_close(struct icv *icv)
{
	if (!icv)
		return;
	free_mb_mgr(icv->manager);
	free(icv);
}

void icv_key_states(struct icv *icv, enum sa_algorithm algorithm, const uint8_t *key,
	uint8_t states[2][SA_HASH_STATE_LEN])
{
	static const uint8_t pads[2] = {0x36, 0x5c};
	const size_t key_len = sa_key_len(algorithm);
	uint8_t block[HMAC_BLOCK_LEN];

	memset(states, 0, 2 * SA_HASH_STATE_LEN);
	for (unsigned i = 0; i < 2; i++) {
		memset(block, pads[i], sizeof(block));
		for (size_t j = 0; j < key_len; j++)
			block[j] ^= key[j];
		if (algorithm == SA_HMAC_SHA_1_96)
			IMB_SHA1_ONE_BLOCK(icv->manager, block, states[i]);
		else
			IMB_MD5_ONE_BLOCK(icv->manager, block, states[i]);
	}
	secret_wipe_bytes(block, sizeof(block));
}
