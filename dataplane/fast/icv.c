/* SPDX-License-Identifier: BSD-3-Clause */
/* A burst by algorithm and length, then to whichever engine runs. */
#include "icv.h"

#include "hmac_avx512.h"
#include "icv_order.h"
#include "icv_struct.h"

bool icv_are_few(struct icv_packet *const *packets, unsigned count)
{
	const unsigned few = ICV_FEW * (icv_packet_blocks(packets[0]) + 1);
	unsigned blocks = 0;

	for (unsigned i = 0; i < count && blocks <= few; i++)
		blocks += icv_packet_blocks(packets[i]) + 1;
	return blocks <= few;
}

static void compute_sha_1(struct icv *icv, struct icv_packet **packets, unsigned count)
{
	if (icv->engine == ICV_AVX512 && !icv_are_few(packets, count))
		hmac_sha_1_avx512(packets, count, &icv->sha_1_code_at);
	else
		icv_ipsec_mb_sha_1(icv, packets, count);
}

static void compute_md5(struct icv *icv, struct icv_packet **packets, unsigned count)
{
	if (icv->engine == ICV_AVX512)
		hmac_md5_avx512(packets, count, &icv->md5_code_at);
	else
		icv_ipsec_mb_md5(icv, packets, count);
}

void icv_compute(struct icv *icv, struct icv_packet *packets, unsigned count)
{
	struct icv_packet *sha_1[BURST_MAX], *md5[BURST_MAX];
	unsigned sha_1_count = 0, md5_count = 0, unlike = 0;

	for (unsigned i = 0; i < count; i++) {
		packets[i].done = false;
		if (packets[i].len == 0 || packets[i].len > ICV_LEN_MAX)
			continue;
		unlike |= packets[i].len ^ packets[0].len;
		if (packets[i].sa->algorithm == SA_HMAC_SHA_1_96)
			sha_1[sha_1_count++] = &packets[i];
		else
			md5[md5_count++] = &packets[i];
	}
	if (unlike) {
		icv_order(sha_1, sha_1_count);
		icv_order(md5, md5_count);
	}
	if (sha_1_count > 0)
		compute_sha_1(icv, sha_1, sha_1_count);
	if (md5_count > 0)
		compute_md5(icv, md5, md5_count);
}
