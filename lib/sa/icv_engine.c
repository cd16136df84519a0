/* SPDX-License-Identifier: BSD-3-Clause */
#include "icv_engine.h"

static const char *const names[] = {
	[ICV_AUTO] = "auto",
	[ICV_IPSEC_MB] = "ipsec-mb",
	[ICV_AVX512] = "avx512",
};

const char *icv_engine_name(enum icv_engine engine)
{
	return names[engine];
}
