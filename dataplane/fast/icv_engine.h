/* SPDX-License-Identifier: BSD-3-Clause */
/* What is behind the integrity engine's interface; only icv.c and icv_open.c see it. */
#pragma once

#include <intel-ipsec-mb.h>

#include "burst.h"

struct icv {
	IMB_MGR *manager;
	IMB_JOB sha_1[BURST_MAX]; /* jobs of the hash burst are the caller's own */
};
