/* SPDX-License-Identifier: BSD-3-Clause */
/* The registration flag's transitions as data. */
#include "hss_flag.h"

#include <stdio.h>

/* A registered IMPU stays so whatever an attacker's attempt does: only its own de-registration
 * takes the flag away (6.1.1: no denial of service by failed authentications). */
static const enum store_flag next_flag[][HSS_FLAG_EVENT_COUNT] = {
	[STORE_UNREGISTERED] =
		{
			[HSS_FLAG_PUT_PENDING] = STORE_PENDING,
			[HSS_FLAG_PUT_CLEAR] = STORE_UNREGISTERED,
			[HSS_FLAG_REGISTERED] = STORE_REGISTERED,
			[HSS_FLAG_DEREGISTERED] = STORE_UNREGISTERED,
		},
	[STORE_PENDING] =
		{
			[HSS_FLAG_PUT_PENDING] = STORE_PENDING,
			[HSS_FLAG_PUT_CLEAR] = STORE_UNREGISTERED,
			[HSS_FLAG_REGISTERED] = STORE_REGISTERED,
			[HSS_FLAG_DEREGISTERED] = STORE_UNREGISTERED,
		},
	[STORE_REGISTERED] =
		{
			[HSS_FLAG_PUT_PENDING] = STORE_REGISTERED,
			[HSS_FLAG_PUT_CLEAR] = STORE_REGISTERED,
			[HSS_FLAG_REGISTERED] = STORE_REGISTERED,
			[HSS_FLAG_DEREGISTERED] = STORE_UNREGISTERED,
		},
};

struct store_registration hss_flag_next(
	const struct store_registration *now, enum hss_flag_event event, const char *scscf)
{
	struct store_registration next = {.flag = next_flag[now->flag][event]};

	if (next.flag == STORE_UNREGISTERED)
		return next;
	/* A registered IMPU's S-CSCF is changed by a success only. */
	if (now->flag == STORE_REGISTERED && event != HSS_FLAG_REGISTERED)
		return *now;
	snprintf(next.scscf, sizeof(next.scscf), "%s", scscf);
	return next;
}
