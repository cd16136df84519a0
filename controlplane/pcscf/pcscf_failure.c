/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE refuses a challenge (TS 33.203 6.1.2.2 SM7, 6.1.3 SM7; RFC 3310 3.4): it has no key for
 * the new set, so the report travels as its SM1 did. */
#include <string.h>

#include "pcscf_state.h"

bool pcscf_failure_reported(const struct pcscf_register *attempt)
{
	return attempt->has_auts || (attempt->nonce[0] != '\0' && !attempt->has_response);
}

void pcscf_failure_take(const struct pcscf_register *attempt)
{
	struct sa_set *next;

	if (!pcscf_failure_reported(attempt))
		return;
	for (struct sa_set *set = sa_set_table_of_impi(&attempt->pcscf->sets, attempt->impi); set;
		set = next) {
		next = set->next_of_impi;
		if (set->state == SA_SET_TEMPORARY && set != attempt->arrived &&
			strcmp(set->nonce, attempt->nonce) == 0 &&
			net_address_equal(&set->ue, &attempt->flow.remote.address))
			pcscf_set_event(set, SA_SET_EXPIRED);
	}
}
