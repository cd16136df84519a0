/* SPDX-License-Identifier: BSD-3-Clause */
/* What is behind the integrity engine's interface; only the icv files see it. */
#pragma once

#include <intel-ipsec-mb.h>

#include "burst.h"
#include "icv.h"

struct icv {
	enum icv_engine engine;
	uint32_t sha_1_code_at, md5_code_at; /* of the kernels for AVX-512 */
	IMB_MGR *manager;                    /* of the widest vectors */
	IMB_MGR *few;                        /* of SSE and SHA-NI, for a few packets */
	IMB_JOB sha_1[BURST_MAX];            /* jobs of the hash burst are the caller's own */
};

/* So many packets of one length, the library hashes sooner with its narrow vectors, and SHA-1 with
 * SHA-NI. */
#define ICV_FEW 4

/* Whether SHA-1 of these takes less time one by one: wide vectors take as long as the longest does.
 * That comes first; at least one. */
bool icv_are_few(struct icv_packet *const *packets, unsigned count);

/* The library's part of icv_compute: packets of one algorithm, at least one, lengths right. */
void icv_ipsec_mb_open(struct icv *icv);
void icv_ipsec_mb_sha_1(struct icv *icv, struct icv_packet *const *packets, unsigned count);
void icv_ipsec_mb_md5(struct icv *icv, struct icv_packet *const *packets, unsigned count);
