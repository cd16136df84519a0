/* SPDX-License-Identifier: BSD-3-Clause */
/* The REGISTER is to be served: SAR and SAA (FLAG-2, REG-7), the contacts, SM10 (the 200). */
#include <errno.h>
#include <string.h>

#include "scscf_binding.h"
#include "scscf_expiry.h"
#include "scscf_keep.h"
#include "scscf_network.h"
#include "scscf_state.h"
#include "scscf_subscription.h"

/* Barred identities are never told (P-ID); the default one comes first. */
static int add_identities(
	struct sip_message *response, const struct scscf_registration *registration)
{
	int status = 0;

	for (size_t i = 0; i < registration->identity_count && status == 0; i++)
		if (!registration->profile[i].barred)
			status = sip_header_add_format(response, SIP_HEADER_P_ASSOCIATED_URI,
				"<%s>", registration->profile[i].identity);
	return status;
}

/* RFC 3261 §10.3 step 8: every contact of the registration with the time that is left. */
static int add_contacts(struct sip_message *response, const struct scscf_registration *registration,
	uint64_t now_ms)
{
	int status = 0;

	for (size_t i = 0; i < registration->binding_count && status == 0; i++) {
		const struct scscf_binding *binding = &registration->bindings[i];
		const struct sip_contact contact = {
			.address.uri.text = sip_text(binding->contact),
			.address.params = sip_text(binding->params),
		};
		char text[SCSCF_CONTACT_MAX + 64];

		if (binding->expires_ms <= now_ms)
			continue; /* its timer is due in this turn */
		status = sip_contact_print(&contact,
			(uint32_t)((binding->expires_ms - now_ms + 999) / 1000), text,
			sizeof(text));
		if (status == 0)
			status = sip_header_add(response, SIP_HEADER_CONTACT, sip_text(text));
	}
	return status;
}

/* The registration of this IMPU, where it is this user's. */
static struct scscf_registration *find_own(
	const struct scscf_attempt *attempt, const struct scscf_user *user)
{
	struct scscf_registration *registration =
		scscf_registration_find(attempt->scscf, attempt->asked.impu);

	return registration && registration->user == user ? registration : NULL;
}

static struct sip_message *make_ok(
	struct scscf_attempt *attempt, const struct scscf_registration *registration)
{
	const struct scscf_settings *settings = &attempt->scscf->settings;
	struct sip_message *response = scscf_response(attempt, 200, NULL);
	int status;

	if (!response)
		return NULL;
	status = sip_header_copy_all(attempt->request, SIP_HEADER_PATH, response);
	if (status == 0)
		status = sip_header_add_format(
			response, SIP_HEADER_SERVICE_ROUTE, "<%s;lr>", settings->name);
	if (status == 0)
		status = add_identities(response, registration);
	if (status == 0)
		status = add_contacts(response, registration, timer_queue_now_ms(settings->timers));
	if (status != 0) {
		sip_message_destroy(response);
		return NULL;
	}
	return response;
}

/* The HSS took it, and the S-CSCF can not keep it. */
static void unassign(struct scscf_attempt *attempt)
{
	struct scscf *scscf = attempt->scscf;
	const struct cx_sar sar = {.impi = attempt->asked.impi,
		.impu = attempt->asked.impu,
		.scscf = scscf->settings.name,
		.type = CX_ASSIGN_ADMINISTRATIVE_DEREGISTRATION};

	scscf_expiry_tell_hss(scscf, &sar);
	scscf_refuse(attempt, 500, NULL);
}

static void finish(
	struct scscf_attempt *attempt, struct scscf_user *user, const struct cx_saa *answer)
{
	struct scscf_registration *registration = find_own(attempt, user);
	struct sip_message *response;
	bool was_registered = registration != NULL, was_asked = false;
	int status = -ENOMEM;

	if (attempt->authenticated) {
		was_asked = scscf_network_authenticated(user);
	} else if (!attempt->asked.leaves) {
		user->refreshes++;
		scscf_keep_user_changed(user);
		attempt->scscf->counters.refreshed++;
	}
	if (!registration)
		registration = scscf_registration_create(user, answer);
	if (registration)
		status = scscf_registration_bind(registration, attempt->request, &attempt->asked);
	if (status != 0 && registration && registration->binding_count > 0) {
		scscf_refuse(attempt, 500, NULL);
		return;
	}
	if (status != 0) {
		if (registration)
			scscf_registration_free(registration);
		unassign(attempt);
		return;
	}
	response = make_ok(attempt, registration);
	attempt->scscf->counters.deregistered += registration->binding_count == 0 && was_registered;
	scscf_answer(attempt, response); /* before any NOTIFY */
	for (struct scscf_registration *set = user->sets; set; set = set->next_set)
		if (set->binding_count > 0 && (was_asked || set == registration))
			scscf_subscription_tell(set);
	if (registration->binding_count > 0)
		return;
	scscf_subscription_end(registration, "unregistered");
	scscf_registration_free(registration);
}

/* SAA. The user is there: it is held while a SAR is under way. */
static void assigned(void *context, const struct cx_saa *answer)
{
	struct scscf_attempt *attempt = context;
	struct scscf_user *user = scscf_user_find(attempt->scscf, attempt->asked.impi);

	trace_hop(attempt->scscf->settings.trace, "SAA", "HSS", "S-CSCF", attempt->asked.impi,
		"profile", "%d, %zu identities", (int)answer->result, answer->count);
	user->assigning = false;
	if (!cx_succeeded(answer->result))
		scscf_give_up(attempt, answer->result == CX_UNABLE_TO_COMPLY ? 500 : 403);
	else if (answer->count == 0)
		scscf_give_up(attempt, 500); /* a profile of nobody */
	else
		finish(attempt, user, answer);
	scscf_user_let_go(user);
}

/* Whether the registration has contacts when this REGISTER has been served. */
static bool stays(const struct scscf_registration *registration, struct scscf_attempt *attempt)
{
	const struct scscf_request *asked = &attempt->asked;
	size_t left = registration ? registration->binding_count : 0;

	if (!asked->leaves)
		return asked->contact_count > 0 || left > 0;
	if (asked->contacts[0].wildcard)
		return false;
	for (size_t i = 0; registration && i < registration->binding_count; i++)
		for (size_t j = 0; j < asked->contact_count; j++)
			if (scscf_binding_is_of(&registration->bindings[i], attempt->request,
				    &asked->contacts[j].address.uri)) {
				left--;
				break;
			}
	return left > 0;
}

static enum cx_assignment assignment(
	const struct scscf_registration *registration, struct scscf_attempt *attempt)
{
	if (!stays(registration, attempt))
		return CX_ASSIGN_USER_DEREGISTRATION;
	return registration ? CX_ASSIGN_RE_REGISTRATION : CX_ASSIGN_REGISTRATION;
}

/* Of this public identity; those of another one wait on: their own end decides on its flag. */
static void end_challenges(struct scscf_user *user, const char *impu)
{
	struct scscf_waiting *next;

	for (struct scscf_waiting *one = user->waiting; one; one = next) {
		next = one->next;
		if (strcmp(one->impu, impu) == 0)
			scscf_waiting_end(one);
	}
}

void scscf_accept(struct scscf_attempt *attempt)
{
	struct scscf *scscf = attempt->scscf;
	const struct scscf_request *asked = &attempt->asked;
	struct scscf_user *user = scscf_user_find(scscf, asked->impi);
	const struct scscf_registration *registration = find_own(attempt, user);
	const struct cx_sar sar = {.impi = asked->impi,
		.impu = asked->impu,
		.scscf = scscf->settings.name,
		.type = assignment(registration, attempt)};

	/* What the HSS is told of must not fail here afterwards. */
	if (user->assigning || (registration && scscf_registration_is_stale(registration, asked))) {
		scscf_refuse(attempt, 500, "Out of order");
		return;
	}
	end_challenges(user, asked->impu);
	trace_hop(scscf->settings.trace, "SAR", "S-CSCF", "HSS", sar.impi,
		sar.type == CX_ASSIGN_USER_DEREGISTRATION ? "de-registered" : "registered", "%s",
		sar.impu);
	user->assigning = true;
	if (scscf->settings.cx.sar(scscf->settings.cx.hss, &sar, assigned, attempt) != 0) {
		user->assigning = false;
		scscf_give_up(attempt, 500);
		scscf_user_let_go(user);
	}
}
