/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the subscribers' store only: the connection and its prepared statements. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store_file.h"
#include "subscriber_store.h"
#include "subscriber_write.h"

/* X(member, SQL) */
#define SUBSCRIBER_STORE_STATEMENTS(X)                                                        \
	X(begin, "BEGIN")                                                                     \
	X(commit, "COMMIT")                                                                   \
	X(rollback, "ROLLBACK")                                                               \
	X(identities, "SELECT identities FROM subscriber WHERE impi = ?1")                    \
	X(keys, "SELECT k, opc, amf, sqn, stamp FROM subscriber WHERE impi = ?1")             \
	X(owner, "SELECT impi FROM owner JOIN subscriber ON id = subscriber WHERE impu = ?1") \
	X(count, "SELECT count(*) FROM subscriber")                                           \
	X(all, "SELECT k, opc, amf, sqn, stamp, impi, identities FROM subscriber"             \
	       " ORDER BY impi")                                                              \
	X(begin_write, "BEGIN IMMEDIATE")                                                     \
	X(last_stamp, "SELECT coalesce(max(stamp), 0) FROM import")                           \
	X(free_all, "DELETE FROM owner")                                                      \
	X(free_settings, "DELETE FROM owner WHERE subscriber IN"                              \
			 " (SELECT id FROM subscriber WHERE by_settings)")                    \
	X(old, "SELECT id, stamp, identities FROM subscriber WHERE impi = ?1")                \
	X(free_one, "DELETE FROM owner WHERE impu = ?1 AND subscriber = ?2")                  \
	X(put, "INSERT INTO subscriber (id, impi, identities, k, opc, amf, sqn, stamp,"       \
	       " by_settings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"                    \
	       " ON CONFLICT (id) DO UPDATE SET identities = excluded.identities,"            \
	       " k = excluded.k, opc = excluded.opc, amf = excluded.amf,"                     \
	       " sqn = max(sqn, excluded.sqn), stamp = excluded.stamp,"                       \
	       " by_settings = excluded.by_settings")                                         \
	X(put_owner, "INSERT INTO owner (impu, subscriber) VALUES (?1, ?2)")                  \
	X(remove_all, "DELETE FROM subscriber WHERE stamp <> ?1")                             \
	X(remove_settings, "DELETE FROM subscriber WHERE by_settings AND stamp <> ?1")        \
	X(forget_imports, "DELETE FROM import WHERE (source IS NULL) = (?1 IS NULL)")         \
	X(put_import, "INSERT INTO import (source, stamp) VALUES (?1, ?2)")                   \
	X(source, "SELECT 1 FROM import WHERE source = ?1")

struct subscriber_store {
	sqlite3 *db;
#define X(member, sql) sqlite3_stmt *member;
	SUBSCRIBER_STORE_STATEMENTS(X)
#undef X
	bool reading; /* a turn's transaction is open */
	bool writing; /* an import's is */
	enum subscriber_write kind;
	int64_t stamp;
};

/* Runs a statement that gives no row, and makes it ready for its next use; a failure is logged.
 * 0 or SQLite's status. */
int subscriber_store_run(struct subscriber_store *store, sqlite3_stmt *statement)
	__attribute__((warn_unused_result));

/* Steps a query to its next row, within the turn's transaction: 1; 0 where there is none; -EIO. */
int subscriber_store_read(struct subscriber_store *store, sqlite3_stmt *query)
	__attribute__((warn_unused_result));
