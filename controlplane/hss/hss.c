/* SPDX-License-Identifier: BSD-3-Clause */
/* The HSS as a whole: what its procedures have in common. */
#include "hss.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hss_state.h"

int hss_create(struct store *store, struct subscriber_store *subscribers, const struct aes128 *aes,
	struct random random, struct hss **out)
{
	struct hss *hss = calloc(1, sizeof(*hss));

	if (!hss)
		return -ENOMEM;
	*hss = (struct hss){
		.store = store, .subscribers = subscribers, .aes = aes, .random = random};
	*out = hss;
	return 0;
}

void hss_destroy(struct hss *hss)
{
	free(hss);
}

struct cx hss_cx(struct hss *hss)
{
	return (struct cx){
		.uar = hss_uar, .put = hss_put, .mar = hss_mar, .sar = hss_sar, .hss = hss};
}

enum cx_result hss_check_user(struct hss *hss, const char *impi, const char *impu,
	const struct subscriber_identity **identity)
{
	int status;

	/* AKA-1: only NAIs were provisioned, so what is none is nobody. */
	status = subscriber_find_identities(hss->subscribers, impi, &hss->identities);
	if (status != 0)
		return status == -ENOENT ? CX_USER_UNKNOWN : CX_UNABLE_TO_COMPLY;
	for (size_t i = 0; i < hss->identities.count; i++) {
		*identity = &hss->identities.items[i];
		if (strcmp((*identity)->impu, impu) == 0)
			return CX_SUCCESS;
	}
	return CX_IDENTITIES_DONT_MATCH;
}

int hss_change_flag(struct hss *hss, const char *impu, enum hss_flag_event event, const char *scscf)
{
	struct store_registration now, next;
	int status = store_registration_get(hss->store, impu, &now);

	if (status != 0)
		return status;
	next = hss_flag_next(&now, event, scscf);
	if (next.flag == now.flag && strcmp(next.scscf, now.scscf) == 0)
		return 0;
	return store_registration_put(hss->store, impu, &next);
}
