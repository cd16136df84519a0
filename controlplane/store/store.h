/* SPDX-License-Identifier: BSD-3-Clause */
/* What must survive a power cut, in one SQLite file (WAL, synchronous=FULL): SQNs and registration
 * flags. Never a key. One process at a time has it open. */
#pragma once

#include <stddef.h>

struct store;

#define STORE_ERROR_MAX 512

/* Opens the file, or makes it (mode 0600). 0, or -errno and one line in error that says what is
 * wrong with it: not writable, in use, corrupt, foreign, of a newer version. */
int store_open(const char *path, struct store **out, char error[STORE_ERROR_MAX])
	__attribute__((warn_unused_result));

/* What was not committed is lost; waiters (store_turn.h) are not called. */
void store_close(struct store *store);
