/* SPDX-License-Identifier: BSD-3-Clause */
/* The subscribers' store as the JSON text that provision_import reads. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "store.h"
#include "subscriber_store.h"

/* One subscriber per line, by rising IMPI. state (NULL: none) has the SQNs that were used since the
 * import. Without keys the text tells who there is, but can not be imported. 0, -EIO of a store, or
 * -errno of out. */
int provision_export(struct subscriber_store *store, struct store *state, bool with_keys, FILE *out)
	__attribute__((warn_unused_result));

/* One of them, without keys and without the line's end. The same results; -ENOENT. */
int provision_export_one(struct subscriber_store *store, struct store *state, const char *impi,
	FILE *out) __attribute__((warn_unused_result));
