/* SPDX-License-Identifier: BSD-3-Clause */
/* An import: one transaction, all or nothing. Readers see the old state until it is done. */
#pragma once

#include "subscriber.h"
#include "subscriber_store.h"

enum subscriber_write {
	SUBSCRIBER_WRITE_MERGE,    /* who is not written stays */
	SUBSCRIBER_WRITE_REPLACE,  /* who is not written goes */
	SUBSCRIBER_WRITE_SETTINGS, /* who came by SETTINGS before, and is not written, goes */
};

/* 0; -EBUSY where another import is under way; -EIO. */
int subscriber_write_begin(struct subscriber_store *store, enum subscriber_write kind)
	__attribute__((warn_unused_result));

/* Makes or replaces the subscriber of this IMPI; a provisioned SQN only rises; keys.stamp is not
 * read. 0; -EEXIST where the IMPI was written in this import already, or an IMPU is another's, then
 * *conflict is the index of that identity, or -1; -EIO. Only an end may follow a failure. */
int subscriber_write_add(struct subscriber_store *store, const struct subscriber *subscriber,
	int *conflict) __attribute__((warn_unused_result));

/* source (NULL: none): what this import was made from, for subscriber_write_source. 0 when all of
 * it is durable; -EIO: none of it is. */
int subscriber_write_commit(struct subscriber_store *store, const char *source)
	__attribute__((warn_unused_result));

void subscriber_write_abort(struct subscriber_store *store);

/* Is what source names the last that was committed under a source? 1, 0 or -EIO. */
int subscriber_write_source(struct subscriber_store *store, const char *source)
	__attribute__((warn_unused_result));
