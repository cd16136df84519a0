/* SPDX-License-Identifier: BSD-3-Clause */
#include "store_kept.h"

#include <errno.h>

#include "store_state.h"

enum action { PUT, REMOVE, EACH, CLEAR, ACTIONS };

static sqlite3_stmt *statement(const struct store *store, enum store_kept kind, enum action action)
{
	sqlite3_stmt *const statements[STORE_KEPT_KINDS][ACTIONS] = {
		[STORE_KEPT_SA_SETS] = {store->sa_set_put, store->sa_set_remove, store->sa_set_each,
			store->sa_set_clear},
		[STORE_KEPT_REGISTRATIONS] = {store->contacts_put, store->contacts_remove,
			store->contacts_each, store->contacts_clear},
	};

	return statements[kind][action];
}

/* 1: they speak of this one; 0: of another one, or of none; -EIO. */
static int is_of(struct store *store, uint64_t instance)
{
	sqlite3_stmt *query = store->instance_get;
	int status = store_state_read(store, query);

	if (status == 1)
		status = sqlite3_column_int64(query, 0) == (sqlite3_int64)instance;
	sqlite3_reset(query);
	return status;
}

int store_kept_begin(struct store *store, uint64_t instance)
{
	int status = is_of(store, instance);

	if (status != 0)
		return status < 0 ? status : 0;
	for (unsigned kind = 0; kind < STORE_KEPT_KINDS && status == 0; kind++)
		status = store_state_write(store, statement(store, (enum store_kept)kind, CLEAR));
	if (status != 0)
		return status;
	sqlite3_bind_int64(store->instance_put, 1, (sqlite3_int64)instance);
	return store_state_write(store, store->instance_put);
}

int store_kept_put(
	struct store *store, enum store_kept kind, uint64_t id, const uint8_t *record, size_t len)
{
	sqlite3_stmt *put = statement(store, kind, PUT);
	int status = store_state_begin(store);

	if (status != 0)
		return status;
	sqlite3_bind_int64(put, 1, (sqlite3_int64)id);
	sqlite3_bind_blob64(put, 2, record, len, SQLITE_STATIC);
	return store_state_write(store, put);
}

int store_kept_remove(struct store *store, enum store_kept kind, uint64_t id)
{
	sqlite3_stmt *remove = statement(store, kind, REMOVE);
	int status = store_state_begin(store);

	if (status != 0)
		return status;
	sqlite3_bind_int64(remove, 1, (sqlite3_int64)id);
	return store_state_write(store, remove);
}

int store_kept_each(struct store *store, enum store_kept kind,
	bool (*see)(void *context, uint64_t id, const uint8_t *record, size_t len), void *context)
{
	sqlite3_stmt *query = statement(store, kind, EACH);
	int status;

	while ((status = store_state_read(store, query)) == 1) {
		uint64_t id = (uint64_t)sqlite3_column_int64(query, 0);
		const uint8_t *record = sqlite3_column_blob(query, 1);
		size_t len = (size_t)sqlite3_column_bytes(query, 1);

		/* SQLite lets go of the row that a query stands on. */
		if (!see(context, id, record, len) && store_kept_remove(store, kind, id) != 0) {
			status = -EIO;
			break;
		}
	}
	sqlite3_reset(query);
	return status;
}
