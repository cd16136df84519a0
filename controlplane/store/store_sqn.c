/* SPDX-License-Identifier: BSD-3-Clause */
/* The AuC's sequence numbers. */
#include "store_sqn.h"

#include <errno.h>

#include "store_state.h"

int store_sqn_get(struct store *store, const char *impi, struct store_sqn *out)
{
	int status;

	sqlite3_bind_text(store->sqn_get, 1, impi, -1, SQLITE_STATIC);
	status = store_state_read(store, store->sqn_get);
	if (status == 1) {
		out->sqn = (uint64_t)sqlite3_column_int64(store->sqn_get, 0);
		out->stamp = sqlite3_column_int64(store->sqn_get, 1);
	}
	sqlite3_reset(store->sqn_get);
	return status == 1 ? 0 : status == 0 ? -ENOENT : status;
}

int store_sqn_put(struct store *store, const char *impi, const struct store_sqn *sqn)
{
	int status = store_state_begin(store);

	if (status != 0)
		return status;
	sqlite3_bind_text(store->sqn_put, 1, impi, -1, SQLITE_STATIC);
	sqlite3_bind_int64(store->sqn_put, 2, (sqlite3_int64)sqn->sqn);
	sqlite3_bind_int64(store->sqn_put, 3, sqn->stamp);
	return store_state_write(store, store->sqn_put);
}
