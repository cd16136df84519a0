/* SPDX-License-Identifier: BSD-3-Clause */
/* SAR: the outcome of a registration, and Cx-Pull: the implicit set goes to the S-CSCF (REG-7). */
#include <errno.h>
#include <stdlib.h>

#include "hss_state.h"

struct pending {
	struct store_waiter waiter;
	void (*answered)(void *context, const struct cx_saa *answer);
	void *context;
	enum cx_result result;
	size_t count;
	struct cx_profile_identity identities[HSS_IDENTITIES_MAX];
};

static void durable(void *context, int status)
{
	struct pending *pending = context;
	struct cx_saa answer = {.result = status == 0 ? pending->result : CX_UNABLE_TO_COMPLY};

	if (answer.result == CX_SUCCESS) {
		answer.count = pending->count;
		answer.identities = pending->identities;
	}
	pending->answered(pending->context, &answer);
	free(pending);
}

/* The default identity first: the first of the set that is not barred. */
static void list_set(const struct hss_subscriber *subscriber, unsigned set, struct pending *pending)
{
	size_t first = subscriber->identity_count;

	for (size_t i = subscriber->identity_count; i-- > 0;)
		if (subscriber->identities[i].set == set && !subscriber->identities[i].barred)
			first = i;
	for (size_t i = 0; i <= subscriber->identity_count; i++) {
		size_t at = i == 0 ? first : i - 1;

		if (at >= subscriber->identity_count || (i > 0 && at == first) ||
			subscriber->identities[at].set != set)
			continue;
		pending->identities[pending->count++] = (struct cx_profile_identity){
			.identity = subscriber->identities[at].impu,
			.barred = subscriber->identities[at].barred,
		};
	}
}

static enum cx_result answer_request(
	struct hss *hss, const struct cx_sar *request, struct pending *pending)
{
	const struct hss_subscriber *subscriber;
	const struct hss_identity *identity;
	enum cx_result result =
		hss_check_user(hss, request->impi, request->impu, &subscriber, &identity);
	enum hss_flag_event event = HSS_FLAG_DEREGISTERED;

	if (result != CX_SUCCESS)
		return result;
	list_set(subscriber, identity->set, pending);
	if (request->type == CX_NO_ASSIGNMENT)
		return CX_SUCCESS;
	if (request->type == CX_ASSIGN_REGISTRATION || request->type == CX_ASSIGN_RE_REGISTRATION)
		event = HSS_FLAG_REGISTERED;
	for (size_t i = 0; i < pending->count; i++)
		if (hss_change_flag(hss, pending->identities[i].identity, event, request->scscf) !=
			0)
			return CX_UNABLE_TO_COMPLY;
	return CX_SUCCESS;
}

int hss_sar(void *context, const struct cx_sar *request,
	void (*answered)(void *context, const struct cx_saa *answer), void *asker)
{
	struct hss *hss = context;
	struct pending *pending = calloc(1, sizeof(*pending));

	if (!pending)
		return -ENOMEM;
	pending->waiter = (struct store_waiter){.durable = durable, .context = pending};
	pending->answered = answered;
	pending->context = asker;
	pending->result = answer_request(hss, request, pending);
	store_turn_wait(hss->store, &pending->waiter);
	return 0;
}
