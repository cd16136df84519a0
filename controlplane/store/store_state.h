/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the store only: the connection, its prepared statements, the turn. */
#pragma once

#include <stdbool.h>

#include "store_file.h"
#include "store_turn.h"

/* X(member, SQL) */
#define STORE_STATEMENTS(X)                                                                     \
	X(begin, "BEGIN IMMEDIATE")                                                             \
	X(commit, "COMMIT")                                                                     \
	X(rollback, "ROLLBACK")                                                                 \
	X(sqn_get, "SELECT sqn, stamp FROM sqn WHERE impi = ?1")                                \
	X(sqn_put, "INSERT OR REPLACE INTO sqn (impi, sqn, stamp) VALUES (?1, ?2, ?3)")         \
	X(registration_get, "SELECT flag, scscf FROM registration WHERE impu = ?1")             \
	X(registration_put,                                                                     \
		"INSERT OR REPLACE INTO registration (impu, flag, scscf) VALUES (?1, ?2, ?3)")  \
	X(registration_remove, "DELETE FROM registration WHERE impu = ?1")                      \
	X(beside_get, "SELECT instance, tries FROM kept_beside")                                \
	X(beside_put,                                                                           \
		"INSERT OR REPLACE INTO kept_beside (one, instance, tries) VALUES (1, ?1, ?2)") \
	X(kept_sa_set_put, "INSERT OR REPLACE INTO kept_sa_set (id, record) VALUES (?1, ?2)")   \
	X(kept_sa_set_remove, "DELETE FROM kept_sa_set WHERE id = ?1")                          \
	X(kept_sa_set_each, "SELECT id, record FROM kept_sa_set ORDER BY id DESC")              \
	X(kept_sa_set_clear, "DELETE FROM kept_sa_set")                                         \
	X(kept_registration_put,                                                                \
		"INSERT OR REPLACE INTO kept_registration (id, record) VALUES (?1, ?2)")        \
	X(kept_registration_remove, "DELETE FROM kept_registration WHERE id = ?1")              \
	X(kept_registration_each, "SELECT id, record FROM kept_registration ORDER BY id DESC")  \
	X(kept_registration_clear, "DELETE FROM kept_registration")

struct store {
	sqlite3 *db;
#define X(member, sql) sqlite3_stmt *member;
	STORE_STATEMENTS(X)
#undef X
	bool open; /* the turn's transaction */
	bool failed;
	unsigned failures; /* turns */
	int lock_fd;
	struct store_waiters {
		struct store_waiter *first, **last;
	} waiting, deferred;
};

/* Before the first access of a turn: begins its transaction, as a writer's from the start, so that
 * it needs its locks once. 0, or -EIO where the turn has failed. */
int store_state_begin(struct store *store) __attribute__((warn_unused_result));

/* Runs a statement that gives no row, and makes it ready for its next use; a failure is logged and
 * fails the turn. 0, or -EIO. */
int store_state_write(struct store *store, sqlite3_stmt *statement)
	__attribute__((warn_unused_result));

/* Steps a query to its one row: 1; 0 where there is none; -EIO. The caller resets it. */
int store_state_read(struct store *store, sqlite3_stmt *statement)
	__attribute__((warn_unused_result));
