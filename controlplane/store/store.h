/* SPDX-License-Identifier: BSD-3-Clause */
/* What must survive a power cut, in one SQLite file (WAL, synchronous=FULL): SQNs and registration
 * flags; and what must survive this process (store_kept.h). Never a key: those lie in the
 * subscribers' file (subscriber_store.h). One process at a time owns it; others may look. */
#pragma once

#include <stddef.h>

#include "store_error.h"

struct store;

#define STORE_NAME "portcullis.db" /* in the state directory */

/* Opens the file, or makes it (mode 0600), as its only owner. 0, or -errno and one line in error
 * that says what is wrong with it: not writable, in use, corrupt, foreign, of a newer version. */
int store_open(const char *path, struct store **out, char error[STORE_ERROR_MAX])
	__attribute__((warn_unused_result));

/* Beside its owner: what was durable when it was opened, for reading only. -ENOENT where there is
 * no such file. */
int store_open_snapshot(const char *path, struct store **out, char error[STORE_ERROR_MAX])
	__attribute__((warn_unused_result));

/* What was not committed is lost; waiters (store_turn.h) are not called. NULL is allowed. */
void store_close(struct store *store);

/* Memory that SQLite has in use, for all files of this process: mostly its page caches. */
size_t store_octets(void);
