/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine's life, and keys: at start and with SA commands, never with packets. */
#include "icv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "icv_struct.h"
#include "secret.h"

#define HMAC_BLOCK_LEN 64

/* Asks the system, too: whether it saves these registers. */
static bool cpu_has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
	       __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

int icv_open(enum icv_engine engine, struct icv **out)
{
	struct icv *icv;
	int error = -ENOMEM;

	if (engine == ICV_AUTO)
		engine = cpu_has_avx512() ? ICV_AVX512 : ICV_IPSEC_MB;
	else if (engine == ICV_AVX512 && !cpu_has_avx512())
		return -ENOTSUP;
	icv = calloc(1, sizeof(*icv));
	if (!icv)
		return -ENOMEM;
	icv->engine = engine;
	icv->manager = alloc_mb_mgr(0);
	icv->few = alloc_mb_mgr(0);
	if (!icv->manager || !icv->few)
		goto close;
	error = -ENOTSUP;
	init_mb_mgr_auto(icv->manager, NULL);
	if (imb_get_errno(icv->manager) != 0)
		goto close;
	init_mb_mgr_sse(icv->few);
	if (imb_get_errno(icv->few) != 0)
		goto close;
	icv_ipsec_mb_open(icv);
	*out = icv;
	return 0;

close:
	icv_close(icv);
	return error;
}

void icv_close(struct icv *icv)
{
	if (!icv)
		return;
	if (icv->manager)
		free_mb_mgr(icv->manager);
	if (icv->few)
		free_mb_mgr(icv->few);
	free(icv);
}

enum icv_engine icv_engine(const struct icv *icv)
{
	return icv->engine;
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
