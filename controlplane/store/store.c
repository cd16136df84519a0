/* SPDX-License-Identifier: BSD-3-Clause */
/* The file of what must survive: whose it is, and what it has inside. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store_state.h"

#define APPLICATION_ID 0x504f5254 /* "PORT" */

static const char schema[] = "BEGIN IMMEDIATE;"
			     "CREATE TABLE IF NOT EXISTS sqn (impi TEXT PRIMARY KEY,"
			     " sqn INTEGER NOT NULL, stamp INTEGER NOT NULL DEFAULT 0)"
			     " WITHOUT ROWID;"
			     "CREATE TABLE IF NOT EXISTS registration (impu TEXT PRIMARY KEY,"
			     " flag INTEGER NOT NULL, scscf TEXT NOT NULL) WITHOUT ROWID;"
			     "CREATE TABLE IF NOT EXISTS kept_beside (one INTEGER PRIMARY KEY,"
			     " instance INTEGER NOT NULL, tries INTEGER NOT NULL);"
			     "CREATE TABLE IF NOT EXISTS kept_sa_set (id INTEGER PRIMARY KEY,"
			     " record BLOB NOT NULL);"
			     "CREATE TABLE IF NOT EXISTS kept_registration (id INTEGER PRIMARY KEY,"
			     " record BLOB NOT NULL);"
			     "PRAGMA application_id = 1347375700;" /* APPLICATION_ID */
			     "PRAGMA user_version = 3;"
			     "COMMIT;";

/* Version 1 did not know which import an SQN came after. */
static const char from_version_1[] = "BEGIN IMMEDIATE;"
				     "ALTER TABLE sqn ADD COLUMN stamp INTEGER NOT NULL DEFAULT 0;"
				     "PRAGMA user_version = 2;"
				     "COMMIT;";
/* Version 2 kept nothing for the next process: what makes a new file makes what is missing. */
static const char *const upgrades[] = {NULL, from_version_1, schema};

static const struct store_file_kind owned = {
	.application_id = APPLICATION_ID,
	.version = 3,
	.schema = schema,
	.upgrades = upgrades,
	.make = true,
	.check_pages = true,
};

static const struct store_file_kind looked_at = {
	.application_id = APPLICATION_ID,
	.version = 3,
	.schema = schema,
	.upgrades = upgrades,
};

/* A second control plane would count SQNs beside this one. A file of its own: SQLite's locks on
 * the store would go with any other descriptor of it that is closed. */
static int take_lock(const char *path, struct store *store, char error[STORE_ERROR_MAX])
{
	char lock[STORE_ERROR_MAX];
	int status;

	snprintf(lock, sizeof(lock), "%s-lock", path);
	store->lock_fd = open(lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (store->lock_fd >= 0 && flock(store->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	status = -errno;
	snprintf(error, STORE_ERROR_MAX, "%s: %s", path,
		status == -EWOULDBLOCK ? "the store is in use by another process"
				       : strerror(-status));
	return status == -EWOULDBLOCK ? -EBUSY : status;
}

static int prepare(struct store *store, const char *path, char *error)
{
	/* The pages of some hundred thousand users; a log of 16 MiB is folded in less often, and
	 * finds more pages that were written more than once. */
	static const char settings[] = "PRAGMA cache_size = -32768;"
				       "PRAGMA wal_autocheckpoint = 4000;";
	int status = sqlite3_exec(store->db, settings, NULL, NULL, NULL);

#define X(member, sql)                       \
	if (status == SQLITE_OK)             \
		status = sqlite3_prepare_v3( \
			store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->member, NULL);
	STORE_STATEMENTS(X)
#undef X
	return status == SQLITE_OK ? 0 : store_file_refuse(path, status, store->db, error);
}

static struct store *create(void)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		return NULL;
	store->waiting.last = &store->waiting.first;
	store->deferred.last = &store->deferred.first;
	store->lock_fd = -1;
	return store;
}

int store_open(const char *path, struct store **out, char error[STORE_ERROR_MAX])
{
	struct store *store = create();
	int status = -ENOMEM;

	snprintf(error, STORE_ERROR_MAX, "%s: out of memory", path);
	if (!store)
		return status;
	status = take_lock(path, store, error);
	if (status == 0)
		status = store_file_open(path, &owned, &store->db, error);
	if (status == 0)
		status = prepare(store, path, error);
	if (status != 0) {
		store_close(store);
		return status;
	}
	*out = store;
	return 0;
}

int store_open_snapshot(const char *path, struct store **out, char error[STORE_ERROR_MAX])
{
	struct store *store = create();
	int status = -ENOMEM;

	snprintf(error, STORE_ERROR_MAX, "%s: out of memory", path);
	if (!store)
		return status;
	status = store_file_open(path, &looked_at, &store->db, error);
	if (status == 0)
		status = prepare(store, path, error);
	if (status == 0) {
		int said = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL);

		store->open = true;
		status = said == SQLITE_OK ? 0 : store_file_refuse(path, said, store->db, error);
	}
	if (status != 0) {
		store_close(store);
		return status;
	}
	*out = store;
	return 0;
}

void store_close(struct store *store)
{
	if (!store)
		return;
#define X(member, sql) sqlite3_finalize(store->member);
	STORE_STATEMENTS(X)
#undef X
	sqlite3_close(store->db);
	if (store->lock_fd >= 0)
		close(store->lock_fd);
	free(store);
}

size_t store_octets(void)
{
	return (size_t)sqlite3_memory_used();
}
