/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening an SQLite file of ours: whatever lies there is suspect until it has been looked at. */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store_error.h"

struct store_file_kind {
	uint32_t application_id;
	long long version;
	const char *schema; /* makes what is not there, and sets both of the above */
	/* [n]: from version n to n + 1; NULL where there was none */
	const char *const *upgrades;
	bool make;        /* where it is not there: an empty one, mode 0600 */
	bool check_pages; /* reads the whole file: what is damaged shows now */
};

/* A connection in WAL mode, synchronous=FULL. 0, or -errno (-ENOENT: it is not there) and one line
 * in error that says what is wrong with it: not writable, in use, corrupt, foreign, of a newer
 * version. */
int store_file_open(const char *path, const struct store_file_kind *kind, sqlite3 **out,
	char error[STORE_ERROR_MAX]) __attribute__((warn_unused_result));

/* What SQLite said, as such a line and -errno. */
int store_file_refuse(const char *path, int sqlite_status, sqlite3 *db, char error[STORE_ERROR_MAX])
	__attribute__((warn_unused_result));
