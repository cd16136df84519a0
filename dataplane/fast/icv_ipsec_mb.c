/* SPDX-License-Identifier: BSD-3-Clause */
/* IPsec-MB 1.3 hashes the packets of a burst side by side in vector lanes. Its hash burst, which
 * takes SHA-1, refuses HMAC-MD5, so that one goes through the general burst with a null cipher.
 * Unchecked by the library: the lengths have been checked, the rest is written here. */
#include "icv_struct.h"

_Static_assert(BURST_MAX <= IMB_MAX_BURST_SIZE, "a burst is one burst of the library");

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

static void fill_packet(IMB_JOB *job, const struct icv_packet *packet)
{
	job->src = packet->data;
	job->msg_len_to_hash_in_bytes = packet->len;
	job->auth_tag_output = packet->tag;
	job->u.HMAC._hashed_auth_key_xor_ipad = packet->sa->inner;
	job->u.HMAC._hashed_auth_key_xor_opad = packet->sa->outer;
}

void icv_ipsec_mb_open(struct icv *icv)
{
	for (unsigned i = 0; i < BURST_MAX; i++)
		fill_constant(&icv->sha_1[i], IMB_AUTH_HMAC_SHA_1);
}

void icv_ipsec_mb_sha_1(struct icv *icv, struct icv_packet *const *packets, unsigned count)
{
	IMB_MGR *manager = icv_are_few(packets, count) ? icv->few : icv->manager;

	for (unsigned i = 0; i < count; i++) {
		fill_packet(&icv->sha_1[i], packets[i]);
		packets[i]->done = true;
	}
	if (IMB_SUBMIT_HASH_BURST_NOCHECK(manager, icv->sha_1, count, IMB_AUTH_HMAC_SHA_1) == count)
		return;
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

void icv_ipsec_mb_md5(struct icv *icv, struct icv_packet *const *packets, unsigned count)
{
	IMB_MGR *manager = count <= ICV_FEW ? icv->few : icv->manager;
	IMB_JOB *jobs[BURST_MAX];
	unsigned room = IMB_GET_NEXT_BURST(manager, count, jobs), finished;

	if (room < count)
		return; /* can not be: the manager is empty between bursts */
	for (unsigned i = 0; i < count; i++) {
		fill_constant(jobs[i], IMB_AUTH_MD5);
		fill_packet(jobs[i], packets[i]);
		jobs[i]->user_data = packets[i];
	}
	take_results(jobs, IMB_SUBMIT_BURST_NOCHECK(manager, count, jobs));
	while ((finished = IMB_FLUSH_BURST(manager, BURST_MAX, jobs)) > 0)
		take_results(jobs, finished);
}
