/* SPDX-License-Identifier: BSD-3-Clause */
/* The REGISTER is to be served: SAR and SAA (FLAG-2, REG-7), the contacts, SM10 (the 200). */
#include "scscf_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
		size_t size = strlen(binding->contact) + strlen(binding->params) + 64;
		char *text = malloc(size);

		if (!text)
			return -ENOMEM;
		status = sip_contact_print(&contact,
			(uint32_t)((binding->expires_ms - now_ms + 999) / 1000), text, size);
		if (status == 0)
			status = sip_header_add(response, SIP_HEADER_CONTACT, sip_text(text));
		free(text);
	}
	return status;
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

static void finish(struct scscf_attempt *attempt, const struct cx_saa *answer)
{
	struct scscf *scscf = attempt->scscf;
	struct scscf_user *user = scscf_user_get(scscf, attempt->asked.impi);
	struct scscf_registration *registration =
		scscf_registration_find(scscf, attempt->asked.impu);
	struct sip_message *response = NULL;
	int status;

	if (!user) {
		scscf_refuse(attempt, 500, NULL);
		return;
	}
	if (!registration || registration->user != user)
		registration = scscf_registration_create(user, answer);
	status = registration
			 ? scscf_registration_bind(registration, attempt->request, &attempt->asked)
			 : -ENOMEM;
	if (status == 0)
		response = make_ok(attempt, registration);
	if (registration && registration->binding_count == 0)
		scscf_registration_free(registration);
	scscf_user_let_go(user);
	if (status == 0)
		scscf_answer(attempt, response);
	else
		scscf_refuse(attempt, 500, status == -EALREADY ? "Out of order" : NULL);
}

static void assigned(void *context, const struct cx_saa *answer)
{
	struct scscf_attempt *attempt = context;

	trace_hop(attempt->scscf->settings.trace, "SAA", "HSS", "S-CSCF", attempt->asked.impi,
		"profile", "%d, %zu identities", (int)answer->result, answer->count);
	if (!cx_succeeded(answer->result)) {
		struct scscf_user *user = scscf_user_find(attempt->scscf, attempt->asked.impi);

		if (user)
			scscf_user_let_go(user);
		scscf_refuse(attempt, answer->result == CX_UNABLE_TO_COMPLY ? 500 : 403, NULL);
		return;
	}
	finish(attempt, answer);
}

/* Whether the registration has contacts when this REGISTER has been served. */
static bool stays(const struct scscf_registration *registration, const struct scscf_request *asked)
{
	size_t left = registration ? registration->binding_count : 0;

	if (!asked->leaves)
		return asked->contact_count > 0 || left > 0;
	if (asked->contacts[0].wildcard)
		return false;
	for (size_t i = 0; registration && i < registration->binding_count; i++)
		for (size_t j = 0; j < asked->contact_count; j++)
			if (sip_text_equal(sip_text(registration->bindings[i].contact),
				    asked->contacts[j].address.uri.text)) {
				left--;
				break;
			}
	return left > 0;
}

void scscf_accept(struct scscf_attempt *attempt)
{
	struct scscf *scscf = attempt->scscf;
	const struct scscf_request *asked = &attempt->asked;
	const struct scscf_registration *registration = scscf_registration_find(scscf, asked->impu);
	struct scscf_user *user = scscf_user_find(scscf, asked->impi);
	struct cx_sar sar = {.impi = asked->impi,
		.impu = asked->impu,
		.scscf = scscf->settings.name,
		.type = CX_ASSIGN_REGISTRATION};

	if (user)
		scscf_user_end_challenge(user);
	if (registration)
		sar.type = CX_ASSIGN_RE_REGISTRATION;
	if (!stays(registration, asked)) {
		sar.type = CX_ASSIGN_USER_DEREGISTRATION;
		scscf->counters.deregistered++;
	}
	trace_hop(scscf->settings.trace, "SAR", "S-CSCF", "HSS", sar.impi,
		sar.type == CX_ASSIGN_USER_DEREGISTRATION ? "de-registered" : "registered", "%s",
		sar.impu);
	if (scscf->settings.cx.sar(scscf->settings.cx.hss, &sar, assigned, attempt) != 0)
		scscf_refuse(attempt, 500, NULL);
}
