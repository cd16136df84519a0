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
	struct cx_profile_identity identities[SUBSCRIBER_IDENTITIES_MAX];
	struct subscriber_identity copies[SUBSCRIBER_IDENTITIES_MAX];
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

/* The default identity first: the first of the set that is not barred. Copies: they wait for the
 * commit, while others are looked up. */
static void list_set(const struct subscriber_identities *all, unsigned set, struct pending *pending)
{
	size_t first = all->count;

	for (size_t i = all->count; i-- > 0;)
		if (all->items[i].set == set && !all->items[i].barred)
			first = i;
	for (size_t i = 0; i <= all->count; i++) {
		size_t at = i == 0 ? first : i - 1;
		struct subscriber_identity *copy = &pending->copies[pending->count];

		if (at >= all->count || (i > 0 && at == first) || all->items[at].set != set)
			continue;
		*copy = all->items[at];
		pending->identities[pending->count++] = (struct cx_profile_identity){
			.identity = copy->impu,
			.barred = copy->barred,
		};
	}
}

static enum cx_result answer_request(
	struct hss *hss, const struct cx_sar *request, struct pending *pending)
{
	const struct subscriber_identity *identity;
	enum cx_result result = hss_check_user(hss, request->impi, request->impu, &identity);
	enum hss_flag_event event = HSS_FLAG_DEREGISTERED;

	if (result != CX_SUCCESS)
		return result;
	list_set(&hss->identities, identity->set, pending);
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
	struct pending *pending = malloc(sizeof(*pending));

	if (!pending)
		return -ENOMEM;
	pending->count = 0;
	pending->waiter = (struct store_waiter){.durable = durable, .context = pending};
	pending->answered = answered;
	pending->context = asker;
	pending->result = answer_request(hss, request, pending);
	store_turn_wait(hss->store, &pending->waiter);
	return 0;
}
