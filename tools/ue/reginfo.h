/* SPDX-License-Identifier: BSD-3-Clause */
/* What reginfo+xml says of one contact (RFC 3680 §5). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sip_text.h"

struct reginfo_contact {
	char state[16], event[16];
	uint32_t expires_s; /* 0: not said */
};

/* The first contact in whose URI this text stands ("@198.51.100.23:40113"). False: none. */
bool reginfo_find(struct sip_slice body, const char *where, struct reginfo_contact *out);
