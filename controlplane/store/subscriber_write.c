/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_write.h"

#include <errno.h>
#include <time.h>

#include "subscriber_identities.h"
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

/* Who was that before? 1 and his row, whose identities are free then; 0: nobody; -EEXIST: this
 * import wrote him already; -EIO. */
static int free_old(struct subscriber_store *store, const char *impi, sqlite3_int64 *id)
{
	struct subscriber_identities identities = {.count = 0};
	sqlite3_stmt *old = store->old;
	int status;

	sqlite3_bind_text(old, 1, impi, -1, SQLITE_STATIC);
	status = subscriber_store_read(store, old);
	if (status == 1) {
		*id = sqlite3_column_int64(old, 0);
		if (sqlite3_column_int64(old, 1) == store->stamp)
			status = -EEXIST;
		else if (subscriber_identities_parse((const char *)sqlite3_column_text(old, 2),
				 (size_t)sqlite3_column_bytes(old, 2), &identities) != 0)
			status = -EIO;
	}
	sqlite3_reset(old);
	for (size_t i = 0; i < identities.count && status == 1; i++) {
		sqlite3_bind_text(store->free_one, 1, identities.items[i].impu, -1, SQLITE_STATIC);
		sqlite3_bind_int64(store->free_one, 2, *id);
		if (subscriber_store_run(store, store->free_one) != SQLITE_OK)
			status = -EIO;
	}
	return status;
}

/* id: his row, or 0 for a new one; the row's number comes back. */
static int put(
	struct subscriber_store *store, const struct subscriber *subscriber, sqlite3_int64 *id)
{
	const struct subscriber_keys *keys = &subscriber->keys;
	char text[SUBSCRIBER_IDENTITIES_TEXT_MAX];
	size_t len = subscriber_identities_print(&subscriber->identities, text);
	sqlite3_stmt *statement = store->put;
	int status;

	if (*id == 0)
		sqlite3_bind_null(statement, 1);
	else
		sqlite3_bind_int64(statement, 1, *id);
	sqlite3_bind_text(statement, 2, subscriber->impi, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, text, (int)len, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 4, keys->k.bytes, keys->k.len, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 5, keys->opc.bytes, keys->opc.len, SQLITE_STATIC);
	sqlite3_bind_blob(statement, 6, keys->amf, sizeof(keys->amf), SQLITE_STATIC);
	sqlite3_bind_int64(statement, 7, (sqlite3_int64)keys->sqn);
	sqlite3_bind_int64(statement, 8, store->stamp);
	sqlite3_bind_int(statement, 9, store->kind == SUBSCRIBER_WRITE_SETTINGS);
	status = subscriber_store_run(store, statement);
	sqlite3_clear_bindings(statement);
	if (status != SQLITE_OK)
		return -EIO;
	if (*id == 0)
		*id = sqlite3_last_insert_rowid(store->db);
	return 0;
}

int subscriber_write_add(
	struct subscriber_store *store, const struct subscriber *subscriber, int *conflict)
{
	sqlite3_int64 id = 0;
	int status;

	*conflict = -1;
	status = free_old(store, subscriber->impi, &id);
	if (status >= 0)
		status = put(store, subscriber, &id);
	for (size_t i = 0; i < subscriber->identities.count && status == 0; i++) {
		int said;

		*conflict = (int)i;
		sqlite3_bind_text(store->put_owner, 1, subscriber->identities.items[i].impu, -1,
			SQLITE_STATIC);
		sqlite3_bind_int64(store->put_owner, 2, id);
		said = subscriber_store_run(store, store->put_owner);
		if (said != SQLITE_OK)
			status = (said & 0xff) == SQLITE_CONSTRAINT ? -EEXIST : -EIO;
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
