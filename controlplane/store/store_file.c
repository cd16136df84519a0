/* SPDX-License-Identifier: BSD-3-Clause */
#include "store_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Another process recovers or folds its log into the file: that ends soon. */
#define BUSY_MS 5000

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

int store_file_refuse(const char *path, int sqlite_status, sqlite3 *db, char error[STORE_ERROR_MAX])
{
	switch (sqlite_status & 0xff) {
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
	case SQLITE_FULL:
		say(error, path, "the disk is full");
		return -ENOSPC;
	default:
		snprintf(error, STORE_ERROR_MAX, "%s: the store failed: %s", path,
			sqlite3_errmsg(db));
		return -EIO;
	}
}

/* Mode 0600 from the first moment, never through a symbolic link, never a device. */
static int look_at(const char *path, bool make, char *error)
{
	int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (make ? O_CREAT : 0);
	int fd = open(path, flags, 0600);

	if (fd < 0) {
		int status = -errno;

		snprintf(error, STORE_ERROR_MAX, "%s: the store can not be opened for writing: %s",
			path, strerror(-status));
		return status;
	}
	close(fd);
	return 0;
}

static int check_schema(
	sqlite3 *db, const char *path, const struct store_file_kind *kind, char *error)
{
	long long objects = 0, application = 0, version = 0;
	int status;

	if ((status = query_number(db, "SELECT count(*) FROM sqlite_master", &objects)) ||
		(status = query_number(db, "PRAGMA application_id", &application)) ||
		(status = query_number(db, "PRAGMA user_version", &version)))
		return store_file_refuse(path, status, db, error);
	if (objects == 0 && application == 0 && version == 0) {
		status = sqlite3_exec(db, kind->schema, NULL, NULL, NULL);
		return status == SQLITE_OK ? 0 : store_file_refuse(path, status, db, error);
	}
	if ((uint32_t)application != kind->application_id)
		return say(error, path, "is an SQLite file of another program; move it away");
	if (version > kind->version)
		return say(error, path,
			"the store is of a newer version; run the program that wrote it");
	for (; version < kind->version; version++) {
		status = sqlite3_exec(db, kind->upgrades[version], NULL, NULL, NULL);
		if (status != SQLITE_OK)
			return store_file_refuse(path, status, db, error);
	}
	return 0;
}

/* A page that is damaged today must not show up in the middle of a registration. */
static int check_pages(sqlite3 *db, const char *path, char *error)
{
	sqlite3_stmt *statement;
	int status = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, NULL);

	if (status != SQLITE_OK)
		return store_file_refuse(path, status, db, error);
	status = sqlite3_step(statement);
	if (status == SQLITE_ROW)
		status = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0
				 ? SQLITE_OK
				 : SQLITE_CORRUPT;
	sqlite3_finalize(statement);
	return status == SQLITE_OK ? 0 : store_file_refuse(path, status, db, error);
}

int store_file_open(const char *path, const struct store_file_kind *kind, sqlite3 **out,
	char error[STORE_ERROR_MAX])
{
	static const char settings[] = "PRAGMA journal_mode = WAL;"
				       "PRAGMA synchronous = FULL;";
	sqlite3 *db;
	int status = look_at(path, kind->make, error);

	if (status != 0)
		return status;
	status = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (status == SQLITE_OK)
		status = sqlite3_busy_timeout(db, BUSY_MS);
	if (status == SQLITE_OK)
		status = sqlite3_exec(db, settings, NULL, NULL, NULL);
	status = status == SQLITE_OK ? 0 : store_file_refuse(path, status, db, error);
	if (status == 0 && kind->check_pages)
		status = check_pages(db, path, error);
	if (status == 0)
		status = check_schema(db, path, kind, error);
	if (status != 0) {
		sqlite3_close(db);
		return status;
	}
	*out = db;
	return 0;
}
