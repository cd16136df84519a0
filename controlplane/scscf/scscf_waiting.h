/* SPDX-License-Identifier: BSD-3-Clause */
/* Challenges that wait for their answer. A user has a few, not one: SM1 comes from anyone, and who
 * sends one in another's name must not take that one's challenge away. Each has its nonce, its call
 * (TS 24.229 §5.4.1.2.2) and its time (F-1); an answer is held against the one that it names. */
#pragma once

#include <stdbool.h>

#include "aka_nonce.h"
#include "cx_vector.h"
#include "scscf_request.h"
#include "secret.h"
#include "timer_queue.h"

#define SCSCF_WAITING_MAX 4 /* of one user */

struct scscf_user;

struct scscf_waiting {
	struct scscf_waiting *next; /* the user's older ones */
	struct scscf_user *user;
	struct timer timer;
	char nonce[AKA_NONCE_TEXT + 1];
	struct secret xres;
	char *impu, *call_id; /* of the challenged REGISTER */
	unsigned resyncs;     /* that led to it, one right after the other */
	bool was_protected;   /* this REGISTER */
};

/* The challenge of this REGISTER waits from now on, for reg-await-auth, beside the older ones.
 * 0 or -ENOMEM. */
int scscf_waiting_start(struct scscf_user *user, const struct cx_vector *vector,
	const struct scscf_request *asked, unsigned resyncs) __attribute__((warn_unused_result));

/* What has to go because the newest one has come: another one of its call, or the oldest of too
 * many, where possible one whose REGISTER came bare: from anyone. NULL: nothing. */
struct scscf_waiting *scscf_waiting_surplus(const struct scscf_user *user);

/* The one that this REGISTER answers: by nonce, Call-ID and public identity; or NULL. */
struct scscf_waiting *scscf_waiting_find(
	const struct scscf_user *user, const struct scscf_request *asked);

/* Whether one of this IMPU waits, other than but (which may be NULL). */
bool scscf_waiting_of(
	const struct scscf_user *user, const char *impu, const struct scscf_waiting *but);

/* It waits no more; XRES is wiped. */
void scscf_waiting_end(struct scscf_waiting *waiting);
