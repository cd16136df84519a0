/* SPDX-License-Identifier: BSD-3-Clause */
/* Look-ups, each by an index. */
#pragma once

#include "subscriber.h"
#include "subscriber_store.h"

/* In the order in which they were provisioned. 0; -ENOENT where nobody has this IMPI; -EIO. */
int subscriber_find_identities(struct subscriber_store *store, const char *impi,
	struct subscriber_identities *out) __attribute__((warn_unused_result));

/* The same results. */
int subscriber_find_keys(struct subscriber_store *store, const char *impi,
	struct subscriber_keys *out) __attribute__((warn_unused_result));

/* Whose public identity is it? The same results. */
int subscriber_find_owner(struct subscriber_store *store, const char *impu,
	char impi[SUBSCRIBER_NAME_MAX]) __attribute__((warn_unused_result));

/* 0 or -EIO. */
int subscriber_find_count(struct subscriber_store *store, uint64_t *out)
	__attribute__((warn_unused_result));

/* Calls see for each, by rising IMPI, until it returns another value than 0, which is then
 * returned; the keys are wiped behind it. Else 0 or -EIO. */
int subscriber_find_all(struct subscriber_store *store,
	int (*see)(void *context, const struct subscriber *subscriber), void *context)
	__attribute__((warn_unused_result));
