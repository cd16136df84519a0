/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_find.h"

#include <errno.h>
#include <string.h>

#include "subscriber_identities.h"
#include "subscriber_store_state.h"

/* Who edited the file by hand gets an error, not a surprise. */
static int take_text(sqlite3_stmt *row, int column, char out[SUBSCRIBER_NAME_MAX])
{
	const unsigned char *text = sqlite3_column_text(row, column);
	int len = sqlite3_column_bytes(row, column);

	if (!text || len <= 0 || len >= SUBSCRIBER_NAME_MAX || memchr(text, '\0', (size_t)len))
		return -EIO;
	memcpy(out, text, (size_t)len + 1);
	return 0;
}

static int take_blob(sqlite3_stmt *row, int column, void *out, int len)
{
	if (sqlite3_column_bytes(row, column) != len)
		return -EIO;
	memcpy(out, sqlite3_column_blob(row, column), (size_t)len);
	return 0;
}

static int take_keys(sqlite3_stmt *row, struct subscriber_keys *out)
{
	sqlite3_int64 sqn = sqlite3_column_int64(row, 3);
	int status = take_blob(row, 0, out->k.bytes, SUBSCRIBER_KEY_LEN);

	if (status == 0)
		status = take_blob(row, 1, out->opc.bytes, SUBSCRIBER_KEY_LEN);
	if (status == 0)
		status = take_blob(row, 2, out->amf, SUBSCRIBER_AMF_LEN);
	if (status != 0 || sqn < 0)
		return -EIO;
	out->k.len = out->opc.len = SUBSCRIBER_KEY_LEN;
	out->sqn = (uint64_t)sqn;
	out->stamp = sqlite3_column_int64(row, 4);
	return 0;
}

static int take_identities(sqlite3_stmt *row, int column, struct subscriber_identities *out)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	int len = sqlite3_column_bytes(row, column);

	return text && subscriber_identities_parse((const char *)text, (size_t)len, out) == 0
		       ? 0
		       : -EIO;
}

int subscriber_find_identities(
	struct subscriber_store *store, const char *impi, struct subscriber_identities *out)
{
	sqlite3_stmt *query = store->identities;
	int status;

	sqlite3_bind_text(query, 1, impi, -1, SQLITE_STATIC);
	status = subscriber_store_read(store, query);
	if (status >= 0)
		status = status == 0 ? -ENOENT : take_identities(query, 0, out);
	sqlite3_reset(query);
	return status;
}

int subscriber_find_keys(
	struct subscriber_store *store, const char *impi, struct subscriber_keys *out)
{
	sqlite3_stmt *query = store->keys;
	int status;

	sqlite3_bind_text(query, 1, impi, -1, SQLITE_STATIC);
	status = subscriber_store_read(store, query);
	if (status >= 0)
		status = status == 0 ? -ENOENT : take_keys(query, out);
	sqlite3_reset(query);
	return status;
}

int subscriber_find_owner(
	struct subscriber_store *store, const char *impu, char impi[SUBSCRIBER_NAME_MAX])
{
	sqlite3_stmt *query = store->owner;
	int status;

	sqlite3_bind_text(query, 1, impu, -1, SQLITE_STATIC);
	status = subscriber_store_read(store, query);
	if (status >= 0)
		status = status == 0 ? -ENOENT : take_text(query, 0, impi);
	sqlite3_reset(query);
	return status;
}

int subscriber_find_count(struct subscriber_store *store, uint64_t *out)
{
	int status = subscriber_store_read(store, store->count);

	if (status == 1)
		*out = (uint64_t)sqlite3_column_int64(store->count, 0);
	sqlite3_reset(store->count);
	return status == 1 ? 0 : -EIO;
}

int subscriber_find_all(struct subscriber_store *store,
	int (*see)(void *context, const struct subscriber *subscriber), void *context)
{
	struct subscriber subscriber = {.impi = ""};
	int status;

	while ((status = subscriber_store_read(store, store->all)) == 1) {
		status = take_keys(store->all, &subscriber.keys);
		if (status == 0)
			status = take_text(store->all, 5, subscriber.impi);
		if (status == 0)
			status = take_identities(store->all, 6, &subscriber.identities);
		if (status == 0)
			status = see(context, &subscriber);
		if (status != 0)
			break;
	}
	sqlite3_reset(store->all);
	secret_wipe_bytes(&subscriber.keys, sizeof(subscriber.keys));
	return status;
}
