/* SPDX-License-Identifier: BSD-3-Clause */
/* One authentication vector on its way from the AuC to the S-CSCF (TS 33.102 §6.3.7: lengths). */
#pragma once

#include <stdint.h>

#include "secret.h"

#define CX_RAND_LEN    16
#define CX_AUTN_LEN    16
#define CX_AUTS_LEN    14
#define CX_VECTORS_MAX 32 /* no more in one answer */

struct cx_vector {
	uint8_t rand[CX_RAND_LEN];
	uint8_t autn[CX_AUTN_LEN];
	struct secret xres; /* 4–16 octets */
	struct secret ck, ik;
};
