/* SPDX-License-Identifier: BSD-3-Clause */
#include "pcscf_network.h"

#include "pcscf_state.h"

void pcscf_network_shorten(struct pcscf *pcscf, const char *impi, uint64_t remaining_ms)
{
	for (struct sa_set *set = sa_set_table_of_impi(&pcscf->sets, impi); set;
		set = set->next_of_impi)
		if (sa_set_state_is_in_force(set->state))
			pcscf_set_live_for(set, remaining_ms + PCSCF_GUARD_MS);
}

void pcscf_network_deregister(struct pcscf *pcscf, const char *impi, const char *impu)
{
	struct registered_impus **impus = sa_set_table_impus(&pcscf->sets, impi);

	if (!impus)
		return;
	registered_impus_remove(impus, impu);
	pcscf_keep_changed(sa_set_table_of_impi(&pcscf->sets, impi));
	if (registered_impus_end_ms(*impus) <= timer_queue_now_ms(pcscf->settings.timers))
		pcscf_set_close_all(pcscf, impi);
}
