/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of a turn: from written to durable, then to whoever waited. */
#include "store_turn.h"

#include <errno.h>
#include <stddef.h>

#include "log.h"
#include "store_state.h"

static int run(sqlite3_stmt *statement)
{
	int status = sqlite3_step(statement);

	sqlite3_reset(statement);
	return status == SQLITE_DONE ? 0 : -EIO;
}

static void complain(struct store *store, const char *what)
{
	static struct log_meter meter;

	log_metered(&meter, LOG_ERROR, "store: %s failed: %s", what, sqlite3_errmsg(store->db));
}

int store_state_begin(struct store *store)
{
	if (store->failed)
		return -EIO;
	if (store->open)
		return 0;
	store->open = run(store->begin) == 0;
	if (store->open)
		return 0;
	complain(store, "begin");
	store->failed = true;
	return -EIO;
}

int store_state_write(struct store *store, sqlite3_stmt *statement)
{
	if (run(statement) == 0)
		return 0;
	complain(store, "write");
	store->failed = true;
	return -EIO;
}

int store_state_read(struct store *store, sqlite3_stmt *statement)
{
	int status;

	if (!store->failed && store_state_begin(store) != 0)
		return -EIO;
	status = sqlite3_step(statement);
	if (status == SQLITE_ROW)
		return 1;
	if (status == SQLITE_DONE)
		return 0;
	complain(store, "read");
	return -EIO;
}

static void add(struct store_waiters *waiters, struct store_waiter *waiter)
{
	waiter->next = NULL;
	*waiters->last = waiter;
	waiters->last = &waiter->next;
}

void store_turn_wait(struct store *store, struct store_waiter *waiter)
{
	add(&store->waiting, waiter);
}

void store_turn_defer(struct store *store, struct store_waiter *waiter)
{
	add(&store->deferred, waiter);
}

/* Those that are there now; who comes meanwhile has to wait for the next call. */
static void call_waiting(struct store *store, int status)
{
	struct store_waiters *waiters = &store->waiting;
	struct store_waiter *waiter = waiters->first, *next;

	waiters->first = NULL;
	waiters->last = &waiters->first;
	for (; waiter; waiter = next) {
		next = waiter->next;
		waiter->durable(waiter->context, status);
	}
}

/* One after the other: what the first writes may fail, and takes back what all of them rely on. */
static void call_deferred(struct store *store)
{
	struct store_waiter *waiter;

	while ((waiter = store->deferred.first) != NULL) {
		store->deferred.first = waiter->next;
		if (!waiter->next)
			store->deferred.last = &store->deferred.first;
		waiter->durable(waiter->context, store->failed ? -EIO : 0);
	}
}

/* 0 or -EIO; the next turn begins clean. */
static int commit(struct store *store)
{
	int status = store->failed ? -EIO : 0;

	if (store->open && status == 0) {
		status = run(store->commit);
		if (status != 0)
			complain(store, "commit");
	}
	/* A failed write may have ended the transaction by itself. */
	if (!sqlite3_get_autocommit(store->db))
		if (run(store->rollback) != 0)
			complain(store, "rollback");
	store->open = store->failed = false;
	store->failures += status != 0;
	return status;
}

unsigned store_turn_failures(const struct store *store)
{
	return store->failures;
}

void store_turn_end(struct store *store)
{
	while (store->deferred.first || store->waiting.first || store->open || store->failed) {
		call_deferred(store);
		/* What a waiter begins belongs to the next commit. */
		call_waiting(store, commit(store));
	}
}
