/* SPDX-License-Identifier: BSD-3-Clause */
/* The subscribers, in an SQLite file of their own: it holds K and OPc, so that the store of SQNs
 * and flags holds none; and an import of a million of them never keeps an SQN waiting for its
 * commit. Any number of processes read (the control plane does), one writes (an import). */
#pragma once

#include "store_error.h"

#define SUBSCRIBER_STORE_NAME "subscribers.db" /* in the state directory */

struct subscriber_store;

/* Opens the file, or makes it (mode 0600). 0, or -errno and one line in error. */
int subscriber_store_open(const char *path, struct subscriber_store **out,
	char error[STORE_ERROR_MAX]) __attribute__((warn_unused_result));

/* What was written but not committed is lost. NULL is allowed. */
void subscriber_store_close(struct subscriber_store *store);

/* The end of a turn: all that was read within one is of one moment; the next one sees what was
 * imported meanwhile. */
void subscriber_store_turn_end(struct subscriber_store *store);
