/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_write.h"

#include <errno.h>
#include <time.h>

#include "subscriber_store_state.h"

/* Imports in any order of IMPI: the pages that they touch again. */
#define IMPORT_CACHE "PRAGMA cache_size = -262144;"

/* Later than the last import's, and than one into a file that was lost. */
static int next_stamp(struct subscriber_store *store)
{
	struct timespec now;
	int status = subscriber_store_read(store, store->last_stamp);

	if (status != 1)
		return -EIO;
	clock_gettime(CLOCK_REALTIME, &now);
	store->stamp = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
	if (store->stamp <= sqlite3_column_int64(store->last_stamp, 0))
		store->stamp = sqlite3_column_int64(store->last_stamp, 0) + 1;
	sqlite3_reset(store->last_stamp);
	return 0;
}

int subscriber_write_begin(struct subscriber_store *store, enum subscriber_write kind)
{
	int status = SQLITE_OK;

	subscriber_store_turn_end(store);
	if (sqlite3_exec(store->db, IMPORT_CACHE, NULL, NULL, NULL) != SQLITE_OK)
		return -EIO;
	status = subscriber_store_run(store, store->begin_write);
	if (status != SQLITE_OK)
		return (status & 0xff) == SQLITE_BUSY ? -EBUSY : -EIO;
	store->writing = true;
	store->kind = kind;
	if (next_stamp(store) != 0)
		return -EIO;
	/* Identities first: they may change hands. The rest goes at the end, so that the SQN of
	 * who comes again is compared with his old one. */
	if (kind == SUBSCRIBER_WRITE_REPLACE)
		status = subscriber_store_run(store, store->free_all);
	else if (kind == SUBSCRIBER_WRITE_SETTINGS)
		status = subscriber_store_run(store, store->free_settings);
	return status == SQLITE_OK ? 0 : -EIO;
}

static int put(struct subscriber_store *store, const struct subscriber *subscriber)
{
	const struct subscriber_keys *keys = &subscriber->keys;
	sqlite3_stmt *statement = store->put;
	int status;

	sqlite3_bind_text(statement, 1, subscriber->impi, -1, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 2, keys->k.bytes, keys->k.len, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 3, keys->opc.bytes, keys->opc.len, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 4, keys->amf, sizeof(keys->amf), SQLITE_STATIC);
	sqlite3_bind_int64(statement, 5, (sqlite3_int64)keys->sqn);
	sqlite3_bind_int64(statement, 6, store->stamp);
	sqlite3_bind_int(statement, 7, store->kind == SUBSCRIBER_WRITE_SETTINGS);
	status = subscriber_store_run(store, statement);
	sqlite3_clear_bindings(statement);
	if (status != SQLITE_OK)
		return -EIO;
	return sqlite3_changes(store->db) == 1 ? 0 : -EEXIST;
}

static int put_identity(struct subscriber_store *store, const char *impi, size_t position,
	const struct subscriber_identity *identity)
{
	sqlite3_stmt *statement = store->put_identity;
	int status;

	sqlite3_bind_text(statement, 1, impi, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 2, (int)position);
	sqlite3_bind_text(statement, 3, identity->impu, -1, SQLITE_STATIC);
	sqlite3_bind_int(statement, 4, (int)identity->set);
	sqlite3_bind_int(statement, 5, identity->barred);
	status = subscriber_store_run(store, statement);
	if (status == SQLITE_OK)
		return 0;
	return (status & 0xff) == SQLITE_CONSTRAINT ? -EEXIST : -EIO;
}

int subscriber_write_add(
	struct subscriber_store *store, const struct subscriber *subscriber, int *conflict)
{
	int status;

	*conflict = -1;
	status = put(store, subscriber);
	if (status != 0)
		return status;
	sqlite3_bind_text(store->free_identities, 1, subscriber->impi, -1, SQLITE_STATIC);
	if (subscriber_store_run(store, store->free_identities) != SQLITE_OK)
		return -EIO;
	for (size_t i = 0; i < subscriber->identities.count && status == 0; i++) {
		*conflict = (int)i;
		status = put_identity(store, subscriber->impi, i, &subscriber->identities.items[i]);
	}
	return status;
}

static int run_with_stamp(struct subscriber_store *store, sqlite3_stmt *statement)
{
	sqlite3_bind_int64(statement, 1, store->stamp);
	return subscriber_store_run(store, statement);
}

int subscriber_write_commit(struct subscriber_store *store, const char *source)
{
	int status = SQLITE_OK;

	if (store->kind == SUBSCRIBER_WRITE_REPLACE)
		status = run_with_stamp(store, store->remove_all);
	else if (store->kind == SUBSCRIBER_WRITE_SETTINGS)
		status = run_with_stamp(store, store->remove_settings);
	sqlite3_bind_text(store->forget_imports, 1, source, -1, SQLITE_STATIC);
	if (status == SQLITE_OK)
		status = subscriber_store_run(store, store->forget_imports);
	sqlite3_bind_text(store->put_import, 1, source, -1, SQLITE_STATIC);
	sqlite3_bind_int64(store->put_import, 2, store->stamp);
	if (status == SQLITE_OK)
		status = subscriber_store_run(store, store->put_import);
	if (status == SQLITE_OK)
		status = subscriber_store_run(store, store->commit);
	if (status != SQLITE_OK) {
		subscriber_write_abort(store);
		return -EIO;
	}
	store->writing = false;
	/* Readers that are at work keep the log; what can be folded in is. */
	sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return 0;
}

void subscriber_write_abort(struct subscriber_store *store)
{
	/* A failed write may have ended the transaction by itself. */
	if (!sqlite3_get_autocommit(store->db))
		(void)!subscriber_store_run(store, store->rollback);
	store->writing = false;
}

int subscriber_write_source(struct subscriber_store *store, const char *source)
{
	int status;

	sqlite3_bind_text(store->source, 1, source, -1, SQLITE_STATIC);
	status = subscriber_store_read(store, store->source);
	sqlite3_reset(store->source);
	return status;
}
