/* SPDX-License-Identifier: BSD-3-Clause */
/* IPsec-MB 1.3 hashes the packets of a burst side by side in vector lanes. Its hash burst, which
 * takes SHA-1, refuses HMAC-MD5, so that one goes through the general burst with a null cipher. */
#include "icv.h"

#include "icv_engine.h"

_Static_assert(BURST_MAX <= IMB_MAX_BURST_SIZE, "a burst is one burst of the library");

static void fill_job(IMB_JOB *job, const struct icv_packet *packet, IMB_HASH_ALG algorithm)
{
	job->cipher_mode = IMB_CIPHER_NULL;
	job->cipher_direction = IMB_DIR_DECRYPT;
	job->chain_order = IMB_ORDER_HASH_CIPHER;
	job->hash_alg = algorithm;
	job->src = packet->data;
	job->hash_start_src_offset_in_bytes = 0;
	job->msg_len_to_hash_in_bytes = packet->len;
	job->msg_len_to_cipher_in_bytes = 0;
	job->auth_tag_output = packet->tag;
	job->auth_tag_output_len_in_bytes = SA_ICV_LEN;
	job->u.HMAC._hashed_auth_key_xor_ipad = packet->sa->inner;
	job->u.HMAC._hashed_auth_key_xor_opad = packet->sa->outer;
}

static void compute_sha_1(struct icv *icv, struct icv_packet **packets, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		fill_job(&icv->sha_1[i], packets[i], IMB_AUTH_HMAC_SHA_1);
	IMB_SUBMIT_HASH_BURST(icv->manager, icv->sha_1, count, IMB_AUTH_HMAC_SHA_1);
	for (unsigned i = 0; i < count; i++)
		packets[i]->done = icv->sha_1[i].status == IMB_STATUS_COMPLETED;
}

/* Jobs come back in any order: each carries its packet. */
static void take_results(IMB_JOB **jobs, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct icv_packet *packet = jobs[i]->user_data;

		packet->done = jobs[i]->status == IMB_STATUS_COMPLETED;
	}
}

static void compute_md5(struct icv *icv, struct icv_packet **packets, unsigned count)
{
	IMB_JOB *jobs[BURST_MAX];
	unsigned room = IMB_GET_NEXT_BURST(icv->manager, count, jobs), finished;

	if (room < count)
		return; /* can not be: the manager is empty between bursts */
	for (unsigned i = 0; i < count; i++) {
		fill_job(jobs[i], packets[i], IMB_AUTH_MD5);
		jobs[i]->user_data = packets[i];
	}
	take_results(jobs, IMB_SUBMIT_BURST(icv->manager, count, jobs));
	while ((finished = IMB_FLUSH_BURST(icv->manager, BURST_MAX, jobs)) > 0)
		take_results(jobs, finished);
}

void icv_compute(struct icv *icv, struct icv_packet *packets, unsigned count)
{
	struct icv_packet *sha_1[BURST_MAX], *md5[BURST_MAX];
	unsigned sha_1_count = 0, md5_count = 0;

	for (unsigned i = 0; i < count; i++) {
		packets[i].done = false;
		if (packets[i].sa->algorithm == SA_HMAC_SHA_1_96)
			sha_1[sha_1_count++] = &packets[i];
		else
			md5[md5_count++] = &packets[i];
	}
	if (sha_1_count > 0)
		compute_sha_1(icv, sha_1, sha_1_count);
	if (md5_count > 0)
		compute_md5(icv, md5, md5_count);
}
