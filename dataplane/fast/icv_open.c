/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine's life, and keys: at start and with SA commands, never with packets. */
#include "icv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hmac_avx512.h"
#include "icv_struct.h"
#include "secret.h"

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

/* The key in its two paddings. */
static void fill_blocks(const uint8_t *key, size_t key_len, uint8_t (*blocks)[ICV_BLOCK_LEN])
{
	static const uint8_t pads[2] = {0x36, 0x5c};

	for (unsigned i = 0; i < 2; i++) {
		memset(blocks[i], pads[i], ICV_BLOCK_LEN);
		for (size_t j = 0; j < key_len; j++)
			blocks[i][j] ^= key[j];
	}
}

static void hash_blocks(struct icv *icv, enum sa_algorithm algorithm,
	uint8_t (*blocks)[ICV_BLOCK_LEN], unsigned count, uint8_t (*states)[SA_HASH_STATE_LEN])
{
	if (icv->engine == ICV_AVX512 && algorithm == SA_HMAC_SHA_1_96) {
		hmac_sha_1_avx512_first(blocks, count, states);
	} else if (icv->engine == ICV_AVX512) {
		hmac_md5_avx512_first(blocks, count, states);
	} else {
		memset(states, 0, count * sizeof(*states));
		for (unsigned i = 0; i < count; i++)
			if (algorithm == SA_HMAC_SHA_1_96)
				IMB_SHA1_ONE_BLOCK(icv->manager, blocks[i], states[i]);
			else
				IMB_MD5_ONE_BLOCK(icv->manager, blocks[i], states[i]);
	}
}

void icv_keys_states(
	struct icv *icv, enum sa_algorithm algorithm, const struct icv_key *keys, unsigned count)
{
	uint8_t blocks[HMAC_FIRST_MAX][ICV_BLOCK_LEN], states[HMAC_FIRST_MAX][SA_HASH_STATE_LEN];
	unsigned some;

	for (; count > 0; keys += some, count -= some) {
		some = count < HMAC_FIRST_MAX / 2 ? count : HMAC_FIRST_MAX / 2;
		for (unsigned i = 0; i < some; i++)
			fill_blocks(keys[i].key, sa_key_len(algorithm), &blocks[2 * i]);
		hash_blocks(icv, algorithm, blocks, 2 * some, states);
		for (unsigned i = 0; i < some; i++)
			memcpy(keys[i].states, states[2 * i], 2 * sizeof(states[0]));
	}
	secret_wipe_bytes(blocks, sizeof(blocks));
	/* Once more with nothing: it overwrites what the hash has left on its stack and in the
	 * vectors, as it fills all lanes each time. */
	hash_blocks(icv, algorithm, blocks, 1, states);
	secret_wipe_bytes(states, sizeof(states));
}
