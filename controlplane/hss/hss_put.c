/* SPDX-License-Identifier: BSD-3-Clause */
/* The draft's Cx-Put: the registration flag while the outcome is open (TS 33.203 6.1.1, 6.1.2). */
#include <errno.h>
#include <stdlib.h>

#include "hss_state.h"

struct pending {
	struct store_waiter waiter;
	void (*answered)(void *context, const struct cx_put_answer *answer);
	void *context;
	enum cx_result result;
};

static void answer(void *context, int status)
{
	struct pending *pending = context;
	struct cx_put_answer put_answer = {
		.result = status == 0 ? pending->result : CX_UNABLE_TO_COMPLY};

	pending->answered(pending->context, &put_answer);
	free(pending);
}

int hss_put(void *context, const struct cx_put *request,
	void (*answered)(void *context, const struct cx_put_answer *answer), void *asker)
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
	if (pending->result == CX_SUCCESS &&
		hss_change_flag(hss, request->impu,
			request->flag == CX_PUT_PENDING ? HSS_FLAG_PUT_PENDING : HSS_FLAG_PUT_CLEAR,
			request->scscf) != 0)
		pending->result = CX_UNABLE_TO_COMPLY;
	/* What follows from pending waits itself; from clear the UE's 403 follows at once. */
	if (request->flag == CX_PUT_PENDING)
		store_turn_defer(hss->store, &pending->waiter);
	else
		store_turn_wait(hss->store, &pending->waiter);
	return 0;
}
