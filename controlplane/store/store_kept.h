/* SPDX-License-Identifier: BSD-3-Clause */
/* What the roles keep for their successors in the next process: records that only they can read.
 * They speak of the SAs of one SA table, and so are worth nothing beside another one. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

enum store_kept {
	STORE_KEPT_SA_SETS,       /* the P-CSCF's */
	STORE_KEPT_REGISTRATIONS, /* the S-CSCF's */
	STORE_KEPT_KINDS,
};

#define STORE_KEPT_TRIES 3 /* processes that end over what was kept, before it is given up */

/* instance: the SA table beside which this process runs. What was kept beside another one goes, and
 * what none of the last STORE_KEPT_TRIES processes has lived through (store_kept_settle). 0 or
 * -EIO. */
int store_kept_begin(struct store *store, uint64_t instance) __attribute__((warn_unused_result));

/* This process has read it all, and lives. 0 or -EIO. */
int store_kept_settle(struct store *store, uint64_t instance) __attribute__((warn_unused_result));

/* 0, or -EIO: then the whole turn fails. remove: also of what is not there; clear: all. */
int store_kept_put(struct store *store, enum store_kept kind, uint64_t id, const uint8_t *record,
	size_t len) __attribute__((warn_unused_result));
int store_kept_remove(struct store *store, enum store_kept kind, uint64_t id)
	__attribute__((warn_unused_result));
int store_kept_clear(struct store *store, enum store_kept kind) __attribute__((warn_unused_result));

/* Calls see for each, the highest id first; where it says false, the record goes. 0 or -EIO. */
int store_kept_each(struct store *store, enum store_kept kind,
	bool (*see)(void *context, uint64_t id, const uint8_t *record, size_t len), void *context)
	__attribute__((warn_unused_result));
