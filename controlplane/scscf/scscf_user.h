/* SPDX-License-Identifier: BSD-3-Clause */
/* What the S-CSCF holds for a private identity: vectors not yet used, in the order of their SQN
 * (AKA-4), and the challenges that wait for their answer. A user that has neither, nor a
 * registration, is forgotten. */
#pragma once

#include "cx_vector.h"
#include "scscf.h"
#include "scscf_waiting.h"
#include "table.h"

struct scscf_registration;

struct scscf_user {
	struct scscf *scscf;
	char *impi;
	unsigned registrations; /* implicit sets that are registered */
	struct scscf_registration *sets;
	bool assigning; /* a SAR is under way: the next one waits for its answer */

	bool asked_to_authenticate; /* by the network (6.1.4), until it has */
	unsigned refreshes;         /* registered without authentication since the last one */
	unsigned failures;          /* in a row, as the policy counts them */

	struct cx_vector *vectors; /* vectors[next_vector … vector_count) are unused */
	unsigned next_vector, vector_count;

	struct scscf_waiting *waiting; /* the newest challenge first */

	UT_hash_handle hh;
};

struct scscf_user *scscf_user_find(const struct scscf *scscf, const char *impi);

/* The user of this IMPI, made where there is none. NULL: no memory. */
struct scscf_user *scscf_user_get(struct scscf *scscf, const char *impi);

/* Forgets it where nothing holds it any more: to be called after the last word about it. */
void scscf_user_let_go(struct scscf_user *user);

/* Whatever holds it: the S-CSCF ends. */
void scscf_user_free(struct scscf_user *user);

/* Behind those that are there; left out where CX_VECTORS_MAX are there already: requests that ran
 * side by side asked for more than is of use. 0 or -ENOMEM. */
int scscf_user_add_vectors(struct scscf_user *user, const struct cx_vector *vectors, unsigned count)
	__attribute__((warn_unused_result));

/* Those that are unused are so for ever: the HSS resynchronised (TS 33.102 §6.3.5). */
void scscf_user_drop_vectors(struct scscf_user *user);

/* First in, first out (AKA-4), and never twice (AKA-5). False where there is none (AKA-3). The
 * caller wipes it. */
bool scscf_user_take_vector(struct scscf_user *user, struct cx_vector *out)
	__attribute__((warn_unused_result));
