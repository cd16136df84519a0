/* SPDX-License-Identifier: BSD-3-Clause */
/* Which code computes ICVs: chosen in the settings, told in the counters. */
#pragma once

enum icv_engine {
	ICV_AUTO,     /* the faster one that this CPU can run */
	ICV_IPSEC_MB, /* Intel's library */
	ICV_AVX512,   /* our own kernels, dataplane/hmac */
};

/* "auto", "ipsec-mb", "avx512". */
const char *icv_engine_name(enum icv_engine engine);
