/* SPDX-License-Identifier: BSD-3-Clause */
/* Who registers: what a UAR asks about, as a REGISTER says it (TS 24.229 §5.3.1.2). */
#pragma once

#include "cx.h"
#include "sip_message.h"

struct icscf_identities {
	char impi[CX_IDENTITY_MAX];
	char impu[CX_IDENTITY_MAX]; /* canonical */
	char visited_network[CX_IDENTITY_MAX];
	bool answers; /* a challenge, right or wrong: SM8 and not SM2 */
	bool leaves;  /* asks for no time at all: a de-registration */
};

/* NULL, or why not (the reason of a 400). */
const char *icscf_identities_read(struct sip_message *request, struct icscf_identities *out);
