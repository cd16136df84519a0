/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_registration.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "scscf_binding.h"
#include "scscf_expiry.h"
#include "scscf_keep.h"
#include "scscf_state.h"
#include "scscf_subscription.h"

struct scscf_registration *scscf_registration_find(const struct scscf *scscf, const char *impu)
{
	struct scscf_identity *identity;

	HASH_FIND_STR(scscf->identities, impu, identity);
	return identity ? identity->registration : NULL;
}

/* A set that another registration had is whole or gone: it ends with its first member. */
static void displace(struct scscf *scscf, const char *impu, const struct scscf_registration *own)
{
	struct scscf_registration *other = scscf_registration_find(scscf, impu);

	if (other && other != own) {
		struct scscf_user *user = other->user;

		scscf_subscription_end(other, "deactivated");
		scscf_registration_free(other);
		scscf_user_let_go(user);
	}
}

struct scscf_registration *scscf_registration_create(
	struct scscf_user *user, const struct cx_saa *answer)
{
	struct scscf *scscf = user->scscf;
	struct scscf_registration *registration = calloc(1, sizeof(*registration));

	if (!registration)
		return NULL;
	user->registrations++; /* so that displacing can not take the user away */
	scscf->registrations++;
	registration->user = user;
	registration->next_set = user->sets;
	user->sets = registration;
	registration->identities = calloc(answer->count, sizeof(*registration->identities));
	registration->profile = calloc(answer->count, sizeof(*registration->profile));
	if (!registration->identities || !registration->profile)
		goto free_registration;
	for (size_t i = 0; i < answer->count; i++) {
		struct scscf_identity *identity =
			&registration->identities[registration->identity_count];

		displace(scscf, answer->identities[i].identity, registration);
		if (scscf_registration_find(scscf, answer->identities[i].identity))
			continue; /* the HSS said it twice */
		identity->registration = registration;
		identity->impu = strdup(answer->identities[i].identity);
		if (!identity->impu)
			goto free_registration;
		HASH_ADD_KEYPTR(
			hh, scscf->identities, identity->impu, strlen(identity->impu), identity);
		if (!identity->hh.tbl) {
			free(identity->impu);
			goto free_registration;
		}
		registration->profile[registration->identity_count++] =
			(struct cx_profile_identity){
				.identity = identity->impu, .barred = answer->identities[i].barred};
	}
	return registration;

free_registration:
	scscf_registration_free(registration);
	return NULL;
}

void scscf_registration_free(struct scscf_registration *registration)
{
	struct scscf *scscf = registration->user->scscf;
	struct scscf_registration **at = &registration->user->sets;

	while (registration->subscriptions)
		scscf_subscription_remove(registration->subscriptions);
	scscf_keep_forget(registration);
	while (*at != registration)
		at = &(*at)->next_set;
	*at = registration->next_set;
	timer_queue_disarm(scscf->settings.timers, &registration->expiry);
	for (size_t i = 0; i < registration->identity_count; i++) {
		HASH_DEL(scscf->identities, &registration->identities[i]);
		free(registration->identities[i].impu);
	}
	for (size_t i = 0; i < registration->binding_count; i++)
		scscf_binding_clear(&registration->bindings[i]);
	free(registration->bindings);
	free(registration->identities);
	free(registration->profile);
	registration->user->registrations--;
	scscf->registrations--;
	free(registration);
}

static struct scscf_binding *find_binding(struct scscf_binding *bindings, size_t count,
	struct sip_message *message, const struct sip_uri *contact)
{
	for (size_t i = 0; i < count; i++)
		if (scscf_binding_is_of(&bindings[i], message, contact))
			return &bindings[i];
	return NULL;
}

/* RFC 3261 §10.3 step 7: within one Call-ID, only what is newer counts. */
static bool is_stale(const struct scscf_binding *binding, const struct scscf_request *request)
{
	return sip_text_equal(sip_text(binding->call_id), request->call_id) &&
	       request->cseq <= binding->cseq;
}

bool scscf_registration_is_stale(
	const struct scscf_registration *registration, const struct scscf_request *request)
{
	for (size_t i = 0; request->contact_count > 0 && i < registration->binding_count; i++)
		if (is_stale(&registration->bindings[i], request))
			return true;
	return false;
}

static void remove_binding(struct scscf_registration *registration, struct scscf_binding *binding)
{
	size_t behind = (size_t)(&registration->bindings[--registration->binding_count] - binding);

	scscf_binding_clear(binding);
	memmove(binding, binding + 1, behind * sizeof(*binding));
}

/* A UE that comes again and again from other addresses is not locked out until the first of them
 * expires: that which would end first gives way, one of this very request after all others. */
static void make_room(struct scscf_registration *registration, const struct scscf_request *request)
{
	struct scscf_binding *first = &registration->bindings[0];

	if (registration->binding_count < SCSCF_BINDINGS_MAX)
		return;
	for (size_t i = 1; i < registration->binding_count; i++) {
		struct scscf_binding *binding = &registration->bindings[i];
		bool own = is_stale(binding, request), first_is_own = is_stale(first, request);

		if (own == first_is_own ? binding->expires_ms < first->expires_ms : first_is_own)
			first = binding;
	}
	remove_binding(registration, first);
}

/* NULL: no memory. */
static struct scscf_binding *add_binding(
	struct scscf_registration *registration, const struct scscf_request *request)
{
	struct scscf_binding *grown;

	make_room(registration, request);
	grown = realloc(registration->bindings, (registration->binding_count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	registration->bindings = grown;
	return &grown[registration->binding_count++];
}

static int bind_one(struct scscf_registration *registration, struct sip_message *message,
	const struct scscf_request *request, size_t i, uint64_t now_ms)
{
	struct scscf_binding *binding = find_binding(registration->bindings,
		registration->binding_count, message, &request->contacts[i].address.uri);
	struct scscf_binding fresh;
	int status;

	if (request->expires_s[i] == 0) {
		if (binding)
			remove_binding(registration, binding);
		return 0;
	}
	status = scscf_binding_make(message, request, i, now_ms, &fresh);
	if (status != 0)
		return status;
	fresh.id = binding ? binding->id : ++registration->user->scscf->contacts;
	fresh.event = binding ? "refreshed" : "registered";
	if (binding)
		scscf_binding_clear(binding);
	else
		binding = add_binding(registration, request);
	if (!binding) {
		scscf_binding_clear(&fresh);
		return -ENOMEM;
	}
	*binding = fresh;
	return 0;
}

static bool names(const struct scscf_request *request, struct sip_message *message,
	const struct scscf_binding *binding)
{
	for (size_t i = 0; i < request->contact_count; i++)
		if (scscf_binding_is_of(binding, message, &request->contacts[i].address.uri))
			return true;
	return false;
}

/* A UE that has authenticated under another Call-ID has begun anew (it lost power, or its address):
 * what it binds replaces what it bound before, which leads nowhere. Kept until they expire, such
 * contacts would add up. What it names once more is refreshed. */
static void remove_forgotten(struct scscf_registration *registration, struct sip_message *message,
	const struct scscf_request *request)
{
	size_t i = 0;

	while (i < registration->binding_count)
		if (sip_text_equal(sip_text(registration->bindings[i].call_id), request->call_id) ||
			names(request, message, &registration->bindings[i]))
			i++;
		else
			remove_binding(registration, &registration->bindings[i]);
}

int scscf_registration_bind(struct scscf_registration *registration, struct sip_message *message,
	const struct scscf_request *request)
{
	uint64_t now_ms = timer_queue_now_ms(registration->user->scscf->settings.timers);
	int status = 0;

	if (request->response.len > 0 && request->contact_count > 0 && !request->leaves)
		remove_forgotten(registration, message, request);

	for (size_t i = 0; i < request->contact_count && status == 0; i++) {
		if (request->contacts[i].wildcard)
			while (registration->binding_count > 0)
				remove_binding(registration, &registration->bindings[0]);
		else
			status = bind_one(registration, message, request, i, now_ms);
	}
	scscf_expiry_arm(registration);
	return status;
}
