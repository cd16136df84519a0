/* SPDX-License-Identifier: BSD-3-Clause */
/* The operator's look at a subscriber. */
#include "hss_show.h"

#include <errno.h>

#include "hss_state.h"

int hss_show_subscriber(struct hss *hss, const char *impi,
	void (*see)(void *context, const struct hss_show_identity *identity), void *context)
{
	const struct subscriber_identities *identities = &hss->identities;
	int status = subscriber_find_identities(hss->subscribers, impi, &hss->identities);

	if (status != 0)
		return status;
	for (size_t i = 0; i < identities->count; i++) {
		struct hss_show_identity identity = {
			.impu = identities->items[i].impu,
			.barred = identities->items[i].barred,
			.set = identities->items[i].set,
		};

		status = store_registration_get(hss->store, identity.impu, &identity.registration);
		if (status != 0)
			return status;
		see(context, &identity);
	}
	return 0;
}
