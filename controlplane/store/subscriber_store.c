/* SPDX-License-Identifier: BSD-3-Clause */
/* The subscribers' file: what it has inside, and how it is read. */
#include "subscriber_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "log.h"
#include "subscriber_store_state.h"

#define APPLICATION_ID 0x504f5253 /* "PORS" */

/* A subscriber is one row, so that one look-up brings all of him, and so that imports in any order
 * write at the end of the table. owner is the index of what the rows' identities say. */
static const char schema[] =
	"BEGIN IMMEDIATE;"
	"CREATE TABLE IF NOT EXISTS subscriber (id INTEGER PRIMARY KEY, impi TEXT NOT NULL UNIQUE,"
	" identities TEXT NOT NULL, k BLOB NOT NULL, opc BLOB NOT NULL, amf BLOB NOT NULL,"
	" sqn INTEGER NOT NULL, stamp INTEGER NOT NULL, by_settings INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS owner (impu TEXT PRIMARY KEY, subscriber INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS import (source TEXT, stamp INTEGER NOT NULL);"
	"PRAGMA application_id = 1347375699;" /* APPLICATION_ID */
	"PRAGMA user_version = 1;"
	"COMMIT;";

static const char *const upgrades[] = {NULL};

/* The page check is left out: it would read all subscribers at each start. A damaged page fails
 * the requests that need it. */
static const struct store_file_kind kind = {
	.application_id = APPLICATION_ID,
	.version = 1,
	.schema = schema,
	.upgrades = upgrades,
	.make = true,
};

static int prepare(struct subscriber_store *store, const char *path, char *error)
{
	/* The inner pages of the trees of a million; keys that are replaced are overwritten. */
	int status = sqlite3_exec(store->db,
		"PRAGMA cache_size = -16384; PRAGMA secure_delete = ON;", NULL, NULL, NULL);

#define X(member, sql)                       \
	if (status == SQLITE_OK)             \
		status = sqlite3_prepare_v3( \
			store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &store->member, NULL);
	SUBSCRIBER_STORE_STATEMENTS(X)
#undef X
	return status == SQLITE_OK ? 0 : store_file_refuse(path, status, store->db, error);
}

int subscriber_store_open(
	const char *path, struct subscriber_store **out, char error[STORE_ERROR_MAX])
{
	struct subscriber_store *store = calloc(1, sizeof(*store));
	int status;

	if (!store) {
		snprintf(error, STORE_ERROR_MAX, "%s: out of memory", path);
		return -ENOMEM;
	}
	status = store_file_open(path, &kind, &store->db, error);
	if (status == 0)
		status = prepare(store, path, error);
	if (status != 0) {
		subscriber_store_close(store);
		return status;
	}
	*out = store;
	return 0;
}

void subscriber_store_close(struct subscriber_store *store)
{
	if (!store)
		return;
#define X(member, sql) sqlite3_finalize(store->member);
	SUBSCRIBER_STORE_STATEMENTS(X)
#undef X
	sqlite3_close(store->db);
	free(store);
}

static void complain(struct subscriber_store *store, const char *what)
{
	static struct log_meter meter;

	log_metered(
		&meter, LOG_ERROR, "subscribers: %s failed: %s", what, sqlite3_errmsg(store->db));
}

int subscriber_store_run(struct subscriber_store *store, sqlite3_stmt *statement)
{
	int status = sqlite3_step(statement);

	if (status != SQLITE_DONE && (status & 0xff) != SQLITE_CONSTRAINT &&
		(status & 0xff) != SQLITE_BUSY)
		complain(store, "write");
	sqlite3_reset(statement);
	return status == SQLITE_DONE ? SQLITE_OK : status;
}

int subscriber_store_read(struct subscriber_store *store, sqlite3_stmt *query)
{
	int status;

	if (!store->reading && !store->writing) {
		if (subscriber_store_run(store, store->begin) != SQLITE_OK)
			return -EIO;
		store->reading = true;
	}
	status = sqlite3_step(query);
	if (status == SQLITE_ROW)
		return 1;
	if (status == SQLITE_DONE)
		return 0;
	complain(store, "read");
	return -EIO;
}

void subscriber_store_turn_end(struct subscriber_store *store)
{
	if (!store->reading)
		return;
	if (subscriber_store_run(store, store->commit) != SQLITE_OK)
		complain(store, "the end of reading");
	store->reading = false;
}
