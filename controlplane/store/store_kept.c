/* SPDX-License-Identifier: BSD-3-Clause */
#include "store_kept.h"

#include <errno.h>

#include "log.h"
#include "store_state.h"

enum action { PUT, REMOVE, EACH, CLEAR, ACTIONS };

static sqlite3_stmt *statement(const struct store *store, enum store_kept kind, enum action action)
{
	sqlite3_stmt *const statements[STORE_KEPT_KINDS][ACTIONS] = {
		[STORE_KEPT_SA_SETS] = {store->kept_sa_set_put, store->kept_sa_set_remove,
			store->kept_sa_set_each, store->kept_sa_set_clear},
		[STORE_KEPT_REGISTRATIONS] = {store->kept_registration_put,
			store->kept_registration_remove, store->kept_registration_each,
			store->kept_registration_clear},
	};

	return statements[kind][action];
}

/* Of this instance: how many processes have begun with what was kept beside it, since the last one
 * that settled; -ENOENT: it is another one's, or nobody's; -EIO. */
static int read_tries(struct store *store, uint64_t instance)
{
	sqlite3_stmt *query = store->beside_get;
	int status = store_state_read(store, query);

	if (status == 0 ||
		(status == 1 && sqlite3_column_int64(query, 0) != (sqlite3_int64)instance))
		status = -ENOENT;
	else if (status == 1)
		status = sqlite3_column_int(query, 1);
	sqlite3_reset(query);
	return status;
}

static int write_tries(struct store *store, uint64_t instance, int tries)
{
	int status = store_state_begin(store);

	if (status != 0)
		return status;
	sqlite3_bind_int64(store->beside_put, 1, (sqlite3_int64)instance);
	sqlite3_bind_int(store->beside_put, 2, tries);
	return store_state_write(store, store->beside_put);
}

int store_kept_begin(struct store *store, uint64_t instance)
{
	int status = 0, tries = read_tries(store, instance);

	if (tries == -EIO)
		return tries;
	if (tries >= STORE_KEPT_TRIES)
		log_error("store: %d processes ended over what was kept for them: it is given up",
			tries);
	if (tries == -ENOENT || tries >= STORE_KEPT_TRIES) {
		for (unsigned kind = 0; kind < STORE_KEPT_KINDS && status == 0; kind++)
			status = store_kept_clear(store, (enum store_kept)kind);
		tries = 0;
	}
	return status == 0 ? write_tries(store, instance, tries + 1) : status;
}

int store_kept_settle(struct store *store, uint64_t instance)
{
	return write_tries(store, instance, 0);
}

int store_kept_clear(struct store *store, enum store_kept kind)
{
	int status = store_state_begin(store);

	return status == 0 ? store_state_write(store, statement(store, kind, CLEAR)) : status;
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
