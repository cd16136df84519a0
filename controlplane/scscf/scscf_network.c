/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_network.h"

#include <errno.h>
#include <string.h>

#include "cx_identity.h"
#include "scscf_expiry.h"
#include "scscf_keep.h"
#include "scscf_state.h"
#include "scscf_subscription.h"

void scscf_network_tell(const struct scscf_registration *set, bool ends)
{
	const struct scscf_settings *settings = &set->user->scscf->settings;
	uint64_t now_ms = timer_queue_now_ms(settings->timers), end_ms = now_ms;

	for (size_t i = 0; i < set->binding_count && !ends; i++)
		if (set->bindings[i].expires_ms > end_ms)
			end_ms = set->bindings[i].expires_ms;
	if (settings->watch.changed)
		settings->watch.changed(settings->watch.context, set->user->impi,
			set->profile[0].identity, end_ms - now_ms);
}

int scscf_network_reauthenticate(struct scscf *scscf, const char *impi)
{
	struct scscf_user *user = scscf_user_find(scscf, impi);
	uint64_t due_ms = timer_queue_now_ms(scscf->settings.timers) +
			  (uint64_t)scscf->settings.policy.reauthenticate_within_s * 1000;

	if (!user || user->registrations == 0)
		return -ENOENT;
	user->asked_to_authenticate = true;
	scscf->counters.reauthentications++;
	for (struct scscf_registration *set = user->sets; set; set = set->next_set) {
		for (size_t i = 0; i < set->binding_count; i++) {
			if (set->bindings[i].expires_ms > due_ms)
				set->bindings[i].expires_ms = due_ms;
			set->bindings[i].event = "shortened";
		}
		scscf_expiry_arm(set);
		scscf_subscription_tell(set);
		scscf_network_tell(set, false);
	}
	return 0;
}

bool scscf_network_authenticated(struct scscf_user *user)
{
	user->refreshes = user->failures = 0;
	scscf_keep_user_changed(user);
	if (!user->asked_to_authenticate)
		return false;
	user->asked_to_authenticate = false;
	for (struct scscf_registration *set = user->sets; set; set = set->next_set) {
		for (size_t i = 0; i < set->binding_count; i++) {
			set->bindings[i].expires_ms = set->bindings[i].granted_ms;
			set->bindings[i].event = "refreshed";
		}
		scscf_expiry_arm(set);
	}
	return true;
}

/* They were for a re-authentication, which is none any more. */
static void end_challenges(struct scscf_user *user, const struct scscf_registration *set)
{
	struct scscf_waiting *next;

	for (struct scscf_waiting *one = user->waiting; one; one = next) {
		next = one->next;
		if (scscf_registration_find(user->scscf, one->impu) == set)
			scscf_waiting_end(one);
	}
}

size_t scscf_network_end(
	struct scscf_user *user, struct scscf_registration *only, const char *event)
{
	struct scscf *scscf = user->scscf;
	struct scscf_registration *set = only ? only : user->sets, *next;
	size_t count = 0;

	for (; set; set = next) {
		const struct cx_sar sar = {
			.impi = user->impi,
			.impu = set->profile[0].identity,
			.scscf = scscf->settings.name,
			.type = CX_ASSIGN_ADMINISTRATIVE_DEREGISTRATION,
		};

		next = only ? NULL : set->next_set;
		end_challenges(user, set);
		scscf_expiry_tell_hss(scscf, &sar);
		scscf_subscription_end(set, event);
		scscf_network_tell(set, true);
		scscf_registration_free(set);
		scscf->counters.ended++;
		count++;
	}
	if (user->registrations == 0)
		user->asked_to_authenticate = false;
	return count;
}

int scscf_network_deregister(struct scscf *scscf, const char *identity, size_t *count)
{
	struct scscf_user *user = scscf_user_find(scscf, identity);
	struct scscf_registration *only = NULL;
	char impu[CX_IDENTITY_MAX];

	if (!user && cx_identity_impu(identity, strlen(identity), impu, sizeof(impu)) == 0) {
		only = scscf_registration_find(scscf, impu);
		user = only ? only->user : NULL;
	}
	if (!user || user->registrations == 0)
		return -ENOENT;
	if (user->assigning)
		return -EBUSY;
	*count = scscf_network_end(user, only, "rejected");
	scscf_user_let_go(user);
	return 0;
}
