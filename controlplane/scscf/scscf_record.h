/* SPDX-License-Identifier: BSD-3-Clause */
/* The form in which a registration is kept: a format's number, what the policy counts of its user,
 * its identities, contacts and subscriptions. Never a vector, a challenge or a key. */
#pragma once

#include "record.h"
#include "scscf_registration.h"
#include "scscf_subscription.h"

/* What was read, before anything comes of it. */
struct scscf_record {
	char *impi;
	bool asked_to_authenticate;
	unsigned refreshes, failures;
	struct cx_profile_identity *identities; /* at least one */
	size_t identity_count;
	struct scscf_binding *bindings; /* at least one */
	size_t binding_count;
	/* Linked nowhere; due_ms of a timer that is not armed. */
	struct scscf_subscription *subscriptions[SCSCF_SUBSCRIPTIONS_MAX];
	size_t subscription_count;
};

void scscf_record_put(struct record *record, const struct scscf_registration *registration);

/* False: another format, or damaged, or no memory. Either way the caller clears it. */
bool scscf_record_get(const uint8_t *octets, size_t len, uint64_t now_ms, struct scscf_record *out)
	__attribute__((warn_unused_result));

/* What of it was taken is NULL by then, and counts as 0. */
void scscf_record_clear(struct scscf_record *record);
