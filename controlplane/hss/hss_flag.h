/* SPDX-License-Identifier: BSD-3-Clause */
/* The registration flag as a state machine (TS 33.203 6.1.1, 6.1.2.2): FLAG-1, FLAG-2, FLAG-3. */
#pragma once

#include "store_registration.h"

enum hss_flag_event {
	HSS_FLAG_PUT_PENDING,  /* Cx-Put on SM3 */
	HSS_FLAG_PUT_CLEAR,    /* Cx-Put after a failure or a time-out */
	HSS_FLAG_REGISTERED,   /* authentication succeeded */
	HSS_FLAG_DEREGISTERED, /* by the user, by time-out, by the operator */
	HSS_FLAG_EVENT_COUNT
};

/* What becomes of it. The S-CSCF name follows: kept where the flag does not change, else scscf's,
 * and cleared with "unregistered". */
struct store_registration hss_flag_next(
	const struct store_registration *now, enum hss_flag_event event, const char *scscf);
