/* SPDX-License-Identifier: BSD-3-Clause */
/* The hash burst for SHA-1, the general burst for MD5 (which the hash burst refuses), unchecked;
 * what never changes of a job is filled in once, where the library keeps it. */
#include "bare_crypto.h"

#include <stdlib.h>

#include <intel-ipsec-mb.h>

struct bare_crypto {
	IMB_MGR *manager;
	IMB_JOB sha_1[BURST_MAX];
};

static void fill_constant(IMB_JOB *job, IMB_HASH_ALG algorithm)
{
	job->cipher_mode = IMB_CIPHER_NULL;
	job->cipher_direction = IMB_DIR_DECRYPT;
	job->chain_order = IMB_ORDER_HASH_CIPHER;
	job->hash_alg = algorithm;
	job->hash_start_src_offset_in_bytes = 0;
	job->msg_len_to_cipher_in_bytes = 0;
	job->auth_tag_output_len_in_bytes = SA_ICV_LEN;
}

static void fill_packet(IMB_JOB *job, const struct bench_packet *packet, uint8_t *tag)
{
	job->src = packet->esp;
	job->msg_len_to_hash_in_bytes = packet->esp_len;
	job->auth_tag_output = tag;
	job->u.HMAC._hashed_auth_key_xor_ipad = packet->sa->inner;
	job->u.HMAC._hashed_auth_key_xor_opad = packet->sa->outer;
}

struct bare_crypto *bare_crypto_open(void)
{
	struct bare_crypto *crypto = calloc(1, sizeof(*crypto));

	if (crypto)
		crypto->manager = alloc_mb_mgr(0);
	if (!crypto || !crypto->manager)
		bench_fail("no memory for IPsec-MB");
	init_mb_mgr_auto(crypto->manager, NULL);
	for (unsigned i = 0; i < BURST_MAX; i++)
		fill_constant(&crypto->sha_1[i], IMB_AUTH_HMAC_SHA_1);
	return crypto;
}

void bare_crypto_close(struct bare_crypto *crypto)
{
	free_mb_mgr(crypto->manager);
	free(crypto);
}

static unsigned md5_burst(
	struct bare_crypto *crypto, const struct bench_packet *packets, uint8_t tags[BURST_MAX][16])
{
	IMB_JOB *jobs[BURST_MAX];
	unsigned finished;

	if (IMB_GET_NEXT_BURST(crypto->manager, BURST_MAX, jobs) != BURST_MAX)
		return 0;
	for (unsigned i = 0; i < BURST_MAX; i++) {
		fill_constant(jobs[i], IMB_AUTH_MD5);
		fill_packet(jobs[i], &packets[i], tags[i]);
	}
	finished = IMB_SUBMIT_BURST_NOCHECK(crypto->manager, BURST_MAX, jobs);
	while (finished < BURST_MAX) {
		unsigned more = IMB_FLUSH_BURST(crypto->manager, BURST_MAX - finished, jobs);

		if (more == 0)
			break;
		finished += more;
	}
	return finished;
}

static unsigned sha_1_burst(
	struct bare_crypto *crypto, const struct bench_packet *packets, uint8_t tags[BURST_MAX][16])
{
	for (unsigned i = 0; i < BURST_MAX; i++)
		fill_packet(&crypto->sha_1[i], &packets[i], tags[i]);
	return IMB_SUBMIT_HASH_BURST_NOCHECK(
		crypto->manager, crypto->sha_1, BURST_MAX, IMB_AUTH_HMAC_SHA_1);
}

void bare_crypto_burst(struct bare_crypto *crypto, enum sa_algorithm algorithm,
	const struct bench_packet *packets, uint8_t tags[BURST_MAX][16])
{
	unsigned finished = algorithm == SA_HMAC_SHA_1_96 ? sha_1_burst(crypto, packets, tags)
							  : md5_burst(crypto, packets, tags);

	if (finished != BURST_MAX)
		bench_fail("IPsec-MB finished %u of %u packets", finished, BURST_MAX);
}
