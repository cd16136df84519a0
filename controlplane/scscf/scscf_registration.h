/* SPDX-License-Identifier: BSD-3-Clause */
/* One registered implicit set: its public identities, which all count as registered (REG-7), its
 * contacts, and the moment when the last of them expires (REG-8). */
#pragma once

#include "kept.h"
#include "scscf_request.h"
#include "scscf_user.h"

/* A member of the set, in the table of all that are registered. */
struct scscf_identity {
	char *impu;
	struct scscf_registration *registration;
	UT_hash_handle hh;
};

struct scscf_subscription;

struct scscf_registration {
	struct scscf_user *user;
	struct scscf_registration *next_set; /* of this user */
	struct scscf_identity *identities;   /* those that are in the table */
	struct cx_profile_identity *profile; /* the default one first; the same texts */
	size_t identity_count;
	struct scscf_binding *bindings; /* at most SCSCF_BINDINGS_MAX; hardly ever more than one */
	size_t binding_count;
	struct timer expiry;
	struct scscf_subscription *subscriptions;

	struct kept kept;
};

/* The registration that has this IMPU as a member, or NULL. */
struct scscf_registration *scscf_registration_find(const struct scscf *scscf, const char *impu);

/* The set of a SAA, registered from now on for this user, without a contact yet. A member that
 * stood elsewhere moves here. NULL: no memory. */
struct scscf_registration *scscf_registration_create(
	struct scscf_user *user, const struct cx_saa *answer);

/* RFC 3261 §10.3 step 7: the request would change contacts, and this or a later one of the same
 * Call-ID has bound some, be it others. */
bool scscf_registration_is_stale(
	const struct scscf_registration *registration, const struct scscf_request *request);

/* The contacts of the request, where it is not stale: 0 or -ENOMEM. Above SCSCF_BINDINGS_MAX the
 * ones that would end first give way. Afterwards the timer stands at the next expiry, and a
 * registration may be left without contacts. */
int scscf_registration_bind(struct scscf_registration *registration, struct sip_message *message,
	const struct scscf_request *request) __attribute__((warn_unused_result));

/* Out of all tables, its subscribers are told nothing (scscf_subscription_end); the user stays. */
void scscf_registration_free(struct scscf_registration *registration);
