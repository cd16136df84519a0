/* SPDX-License-Identifier: BSD-3-Clause */
/* UAR: may this user register, and which S-CSCF has it? (TS 29.228 §6.1.1) */
#include <errno.h>
#include <stdlib.h>

#include "hss_state.h"

struct pending {
	struct store_waiter waiter;
	void (*answered)(void *context, const struct cx_uaa *answer);
	void *context;
	enum cx_result result;
	struct store_registration registration;
};

static void answer(void *context, int status)
{
	struct pending *pending = context;
	struct cx_uaa uaa = {.result = status == 0 ? pending->result : CX_UNABLE_TO_COMPLY,
		.scscf = pending->registration.scscf};

	pending->answered(pending->context, &uaa);
	free(pending);
}

int hss_uar(void *context, const struct cx_uar *request,
	void (*answered)(void *context, const struct cx_uaa *answer), void *asker)
{
	struct hss *hss = context;
	const struct subscriber_identity *identity;
	struct pending *pending = calloc(1, sizeof(*pending));

	if (!pending)
		return -ENOMEM;
	*pending = (struct pending){
		.waiter = {.durable = answer, .context = pending},
		.answered = answered,
		.context = asker,
	};
	pending->result = hss_check_user(hss, request->impi, request->impu, &identity);
	if (pending->result == CX_SUCCESS) {
		if (store_registration_get(hss->store, request->impu, &pending->registration) != 0)
			pending->result = CX_UNABLE_TO_COMPLY;
		else if (pending->registration.scscf[0] != '\0')
			pending->result = CX_SUBSEQUENT_REGISTRATION;
		else if (request->type == CX_DEREGISTRATION)
			pending->result = CX_IDENTITY_NOT_REGISTERED;
	}
	store_turn_defer(hss->store, &pending->waiter);
	return 0;
}
