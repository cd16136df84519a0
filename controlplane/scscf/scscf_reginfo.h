/* SPDX-License-Identifier: BSD-3-Clause */
/* The state of a registration as reginfo+xml (RFC 3680 §5): what a NOTIFY carries. */
#pragma once

#include <stdint.h>

#include "scscf_registration.h"

/* The whole set, barred identities apart; every contact with the event that changed it last.
 * ended: NULL, or the event with which all of it is terminated ("deactivated", …). NUL-terminated
 * text that the caller frees; NULL: no memory. */
char *scscf_reginfo_print(const struct scscf_registration *registration, uint32_t version,
	uint64_t now_ms, const char *ended);
