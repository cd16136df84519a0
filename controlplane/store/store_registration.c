/* SPDX-License-Identifier: BSD-3-Clause */
/* The HSS's registration flags. */
#include "store_registration.h"

#include <errno.h>
#include <stdio.h>

#include "store_state.h"

int store_registration_get(struct store *store, const char *impu, struct store_registration *out)
{
	sqlite3_stmt *query = store->registration_get;
	struct store_registration found = {.flag = STORE_UNREGISTERED};
	int status;

	sqlite3_bind_text(query, 1, impu, -1, SQLITE_STATIC);
	status = store_state_read(store, query);
	if (status == 1) {
		int flag = sqlite3_column_int(query, 0);
		const char *scscf = (const char *)sqlite3_column_text(query, 1);

		/* Who edited the file by hand gets an error, not a surprise. */
		if (flag < STORE_UNREGISTERED || flag > STORE_REGISTERED || !scscf ||
			sqlite3_column_bytes(query, 1) >= STORE_SCSCF_MAX)
			status = -EIO;
		else
			snprintf(found.scscf, sizeof(found.scscf), "%s", scscf);
		found.flag = (enum store_flag)flag;
	}
	sqlite3_reset(query);
	if (status < 0)
		return status;
	*out = found;
	return 0;
}

int store_registration_put(
	struct store *store, const char *impu, const struct store_registration *registration)
{
	sqlite3_stmt *put = store->registration_put;
	int status = store_state_begin(store);

	if (status != 0)
		return status;
	if (registration->flag == STORE_UNREGISTERED)
		put = store->registration_remove;
	sqlite3_bind_text(put, 1, impu, -1, SQLITE_STATIC);
	if (registration->flag != STORE_UNREGISTERED) {
		sqlite3_bind_int(put, 2, registration->flag);
		sqlite3_bind_text(put, 3, registration->scscf, -1, SQLITE_STATIC);
	}
	return store_state_write(store, put);
}
