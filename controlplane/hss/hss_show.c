/* SPDX-License-Identifier: BSD-3-Clause */
/* The operator's look at a subscriber. */
#include "hss_show.h"

#include <errno.h>

#include "hss_state.h"

int hss_show_subscriber(struct hss *hss, const char *impi,
	void (*see)(void *context, const struct hss_show_identity *identity), void *context)
{
	const struct hss_subscriber *subscriber = hss_subscribers_find(hss->subscribers, impi);

	if (!subscriber)
		return -ENOENT;
	for (size_t i = 0; i < subscriber->identity_count; i++) {
		struct hss_show_identity identity = {
			.impu = subscriber->identities[i].impu,
			.barred = subscriber->identities[i].barred,
			.set = subscriber->identities[i].set,
		};
		int status =
			store_registration_get(hss->store, identity.impu, &identity.registration);

		if (status != 0)
			return status;
		see(context, &identity);
	}
	return 0;
}
