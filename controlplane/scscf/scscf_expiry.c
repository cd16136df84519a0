/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_expiry.h"

#include "log.h"
#include "scscf_binding.h"
#include "scscf_keep.h"
#include "scscf_network.h"
#include "scscf_state.h"
#include "scscf_subscription.h"

#define AGAIN_MS 1000

static void told_hss(void *context, const struct cx_saa *answer)
{
	(void)context;
	if (!cx_succeeded(answer->result))
		log_warning("scscf: the HSS did not take an end: %d", (int)answer->result);
}

void scscf_expiry_tell_hss(struct scscf *scscf, const struct cx_sar *sar)
{
	trace_hop(
		scscf->settings.trace, "SAR", "S-CSCF", "HSS", sar->impi, "ended", "%s", sar->impu);
	if (scscf->settings.cx.sar(scscf->settings.cx.hss, sar, told_hss, NULL) != 0)
		log_warning("scscf: no memory to tell the HSS of an end");
}

static void end(struct scscf_registration *registration)
{
	struct scscf_user *user = registration->user;
	struct scscf *scscf = user->scscf;
	const struct cx_sar sar = {
		.impi = user->impi,
		.impu = registration->profile[0].identity,
		.scscf = scscf->settings.name,
		.type = CX_ASSIGN_TIMEOUT_DEREGISTRATION,
	};

	scscf->counters.expired++;
	scscf_expiry_tell_hss(scscf, &sar);
	/* NET-3: it may register anew. */
	scscf_subscription_end(
		registration, user->asked_to_authenticate ? "deactivated" : "expired");
	scscf_registration_free(registration);
	scscf_user_let_go(user);
}

/* NET-3: a UE that was asked for a re-authentication let its time pass. */
static bool ask_again(struct scscf_user *user, struct scscf_binding *binding, uint64_t now_ms)
{
	const struct scscf_policy *policy = &user->scscf->settings.policy;
	uint64_t due_ms = now_ms + (uint64_t)policy->reauthenticate_within_s * 1000;

	if (!user->asked_to_authenticate || binding->granted_ms <= now_ms)
		return false;
	user->scscf->counters.reauthentications_ignored++;
	if (policy->ignored != SCSCF_IGNORED_ASK_AGAIN)
		return false;
	binding->event = "shortened";
	binding->expires_ms = due_ms < binding->granted_ms ? due_ms : binding->granted_ms;
	return true;
}

static void fire(void *context)
{
	struct scscf_registration *registration = context;
	struct timer_queue *timers = registration->user->scscf->settings.timers;
	uint64_t now_ms = timer_queue_now_ms(timers);
	size_t kept = 0;
	uint64_t asked = registration->user->scscf->counters.reauthentications_ignored;

	if (registration->user->assigning) {
		/* The answer of the HSS may prolong it. */
		timer_queue_arm(timers, &registration->expiry, AGAIN_MS, fire, registration);
		return;
	}

	for (size_t i = 0; i < registration->binding_count; i++) {
		struct scscf_binding *binding = &registration->bindings[i];

		if (binding->expires_ms > now_ms || ask_again(registration->user, binding, now_ms))
			kept++;
	}
	if (kept == 0) {
		end(registration); /* whose subscribers see its contacts once more */
		return;
	}
	kept = 0;
	for (size_t i = 0; i < registration->binding_count; i++) {
		if (registration->bindings[i].expires_ms <= now_ms)
			scscf_binding_clear(&registration->bindings[i]);
		else
			registration->bindings[kept++] = registration->bindings[i];
	}
	registration->binding_count = kept;
	scscf_expiry_arm(registration);
	scscf_subscription_tell(registration);
	if (asked != registration->user->scscf->counters.reauthentications_ignored)
		scscf_network_tell(registration, false);
}

void scscf_expiry_arm(struct scscf_registration *registration)
{
	struct timer_queue *timers = registration->user->scscf->settings.timers;
	uint64_t now_ms = timer_queue_now_ms(timers), first_ms = UINT64_MAX;

	for (size_t i = 0; i < registration->binding_count; i++)
		if (registration->bindings[i].expires_ms < first_ms)
			first_ms = registration->bindings[i].expires_ms;
	scscf_keep_changed(registration);
	if (registration->binding_count == 0)
		timer_queue_disarm(timers, &registration->expiry);
	else
		timer_queue_arm(timers, &registration->expiry,
			first_ms > now_ms ? first_ms - now_ms : 0, fire, registration);
}
