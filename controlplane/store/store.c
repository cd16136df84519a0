/* SPDX-License-Identifier: BSD-3-Clause */
/* Opening the store: whatever lies there is suspect until it has been looked at. */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "store_state.h"

#define APPLICATION_ID 0x504f5254 /* "PORT" */
#define SCHEMA_VERSION 1

static const char schema[] = "BEGIN IMMEDIATE;"
			     "CREATE TABLE sqn (impi TEXT PRIMARY KEY, sqn INTEGER NOT NULL)"
			     " WITHOUT ROWID;"
			     "CREATE TABLE registration (impu TEXT PRIMARY KEY,"
			     " flag INTEGER NOT NULL, scscf TEXT NOT NULL) WITHOUT ROWID;"
			     "PRAGMA application_id = 1347375700;" /* APPLICATION_ID */
			     "PRAGMA user_version = 1;"            /* SCHEMA_VERSION */
			     "COMMIT;";

static int query_number(sqlite3 *db, const char *sql, long long *out)
{
	sqlite3_stmt *statement;
	int status = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (status != SQLITE_OK)
		return status;
	status = sqlite3_step(statement);
	if (status == SQLITE_ROW)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return status == SQLITE_ROW ? SQLITE_OK : status == SQLITE_DONE ? SQLITE_CORRUPT : status;
}

static int say(char *error, const char *path, const char *what)
{
	snprintf(error, STORE_ERROR_MAX, "%s: %s", path, what);
	return -EINVAL;
}

static int say_sqlite(char *error, const char *path, int status, sqlite3 *db)
{
	switch (status & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		say(error, path, "the store is in use by another process");
		return -EBUSY;
	case SQLITE_NOTADB:
		return say(error, path, "is not a store: not an SQLite file; move it away");
	case SQLITE_CORRUPT:
		return say(error, path, "the store is corrupt; restore a copy, or move it away");
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		say(error, path, "the store or its directory is not writable for this user");
		return -EACCES;
	default:
		snprintf(error, STORE_ERROR_MAX, "%s: the store can not be opened: %s", path,
			sqlite3_errmsg(db));
		return -EIO;
	}
}

/* Mode 0600 from the first moment, never through a symbolic link, never a device. */
static int make_file(const char *path, char *error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);

	if (fd < 0) {
		int status = -errno;

		snprintf(error, STORE_ERROR_MAX, "%s: the store can not be opened for writing: %s",
			path, strerror(-status));
		return status;
	}
	close(fd);
	return 0;
}

static int check_schema(sqlite3 *db, const char *path, char *error)
{
	long long objects = 0, application = 0, version = 0;
	int status;

	if ((status = query_number(db, "SELECT count(*) FROM sqlite_master", &objects)) ||
		(status = query_number(db, "PRAGMA application_id", &application)) ||
		(status = query_number(db, "PRAGMA user_version", &version)))
		return say_sqlite(error, path, status, db);
	if (objects == 0 && application == 0 && version == 0) {
		status = sqlite3_exec(db, schema, NULL, NULL, NULL);
		return status == SQLITE_OK ? 0 : say_sqlite(error, path, status, db);
	}
	if (application != APPLICATION_ID)
		return say(error, path, "is an SQLite file of another program; move it away");
	if (version > SCHEMA_VERSION)
		return say(error, path,
			"the store is of a newer version; run the program that wrote it");
	return 0;
}

/* A page that is damaged today must not show up in the middle of a registration. */
static int check_pages(sqlite3 *db, const char *path, char *error)
{
	sqlite3_stmt *statement;
	int status = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);

	if (status != SQLITE_OK)
		return say_sqlite(error, path, status, db);
	status = sqlite3_step(statement);
	if (status == SQLITE_ROW)
		status = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0
				 ? SQLITE_OK
				 : SQLITE_CORRUPT;
	sqlite3_finalize(statement);
	return status == SQLITE_OK ? 0 : say_sqlite(error, path, status, db);
}

static int set_up(struct store *store, const char *path, char *error)
{
	/* The exclusive lock keeps a second control plane from counting SQNs beside this one. */
	static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
				       "PRAGMA journal_mode = WAL;"
				       "PRAGMA synchronous = FULL;"
				       "BEGIN IMMEDIATE; COMMIT;";
	int status = sqlite3_exec(store->db, settings, NULL, NULL, NULL);

	if (status != SQLITE_OK)
		return say_sqlite(error, path, status, store->db);
	status = check_pages(store->db, path, error);
	if (status == 0)
		status = check_schema(store->db, path, error);
	if (status != 0)
		return status;
#define X(member, sql)                                                                \
	status = sqlite3_prepare_v3(                                                  \
		store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->member, NULL); \
	if (status != SQLITE_OK)                                                      \
		return say_sqlite(error, path, status, store->db);
	STORE_STATEMENTS(X)
#undef X
	return 0;
}

int store_open(const char *path, struct store **out, char error[STORE_ERROR_MAX])
{
	struct store *store;
	int status = make_file(path, error);

	if (status != 0)
		return status;
	store = calloc(1, sizeof(*store));
	if (!store) {
		say(error, path, "out of memory");
		return -ENOMEM;
	}
	store->last = &store->first;
	status = sqlite3_open_v2(
		path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	status = status == SQLITE_OK ? set_up(store, path, error)
				     : say_sqlite(error, path, status, store->db);
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
	free(store);
}
