/* SPDX-License-Identifier: BSD-3-Clause */
/* One commit per turn of the event loop: all writes of a turn share one fsync, and nothing that
 * depends on them leaves before it. */
#pragma once

#include <stdbool.h>

#include "store.h"

/* Lies inside what waits; stays until it was called. */
struct store_waiter {
	/* 0: everything written before store_turn_wait is durable; -EIO: nothing of that turn is.
	 */
	void (*durable)(void *context, int status);
	void *context;
	struct store_waiter *next;
};

/* Calls back once, from store_turn_end, in the order of waiting. */
void store_turn_wait(struct store *store, struct store_waiter *waiter);

/* The same, but before the commit: for an answer inside of this process that needs nothing to be
 * durable, since whatever follows from it waits itself. So the steps of a procedure share one
 * commit. 0 says that nothing of this turn has failed so far. */
void store_turn_defer(struct store *store, struct store_waiter *waiter);

/* Calls who deferred, commits (or, where a write of this turn had failed, takes all of them back)
 * and calls the waiters, and anew until nobody is left. */
void store_turn_end(struct store *store);

/* How many turns have failed so far: nothing of them is durable. */
unsigned store_turn_failures(const struct store *store);
