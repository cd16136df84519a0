/* SPDX-License-Identifier: BSD-3-Clause */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store_fixture.h"
#include "store_registration.h"
#include "store_sqn.h"
#include "store_state.h"
#include "store_turn.h"

static void assert_refused(const char *because)
{
	char error[STORE_ERROR_MAX];
	struct store *store;

	assert_true(store_open(path, &store, error) < 0);
	if (!strstr(error, because) || strncmp(error, path, strlen(path)) != 0 ||
		strchr(error, '\n'))
		fail_msg("\"%s\" does not say \"%s\"", error, because);
}

static void write_file(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	fclose(file);
}

static void run_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static int put_sqn(struct store *store, const char *impi, uint64_t sqn)
{
	const struct store_sqn value = {.sqn = sqn};

	return store_sqn_put(store, impi, &value);
}

static int get_sqn(struct store *store, const char *impi, uint64_t *sqn)
{
	struct store_sqn value = {.sqn = 0};
	int status = store_sqn_get(store, impi, &value);

	*sqn = value.sqn;
	return status;
}

struct waiting {
	struct store_waiter waiter;
	int called, status;
};

static void called(void *context, int status)
{
	struct waiting *waiting = context;

	waiting->called++;
	waiting->status = status;
}

static void values_survive_the_process(void **state)
{
	struct store *store = open_store();
	struct store_registration registration = {.flag = STORE_PENDING, .scscf = "sip:s@h.n"};
	uint64_t sqn;
	struct stat status;

	(void)state;
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), -ENOENT);
	assert_int_equal(put_sqn(store, "a@h.n", (UINT64_C(1) << 48) - 1), 0);
	assert_int_equal(store_registration_put(store, "sip:a@h.n", &registration), 0);
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	store_turn_end(store);
	store_close(store);

	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	store = open_store();
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_true(sqn == (UINT64_C(1) << 48) - 1);
	assert_int_equal(store_registration_get(store, "sip:a@h.n", &registration), 0);
	assert_int_equal(registration.flag, STORE_PENDING);
	assert_string_equal(registration.scscf, "sip:s@h.n");
	registration.flag = STORE_UNREGISTERED;
	assert_int_equal(store_registration_put(store, "sip:a@h.n", &registration), 0);
	assert_int_equal(store_registration_get(store, "sip:a@h.n", &registration), 0);
	assert_int_equal(registration.flag, STORE_UNREGISTERED);
	assert_string_equal(registration.scscf, "");
	store_close(store);
}

static void waiters_are_called_after_the_commit(void **state)
{
	struct store *store = open_store();
	struct waiting first = {.waiter = {.durable = called, .context = &first}};
	struct waiting second = {.waiter = {.durable = called, .context = &second}};

	(void)state;
	assert_int_equal(put_sqn(store, "a@h.n", 7), 0);
	store_turn_wait(store, &first.waiter);
	store_turn_wait(store, &second.waiter);
	assert_int_equal(first.called, 0);
	store_turn_end(store);
	assert_int_equal(first.called, 1);
	assert_int_equal(first.status, 0);
	assert_int_equal(second.called, 1);
	store_turn_end(store);
	assert_int_equal(first.called, 1);
	store_close(store);
}

struct deferring {
	struct store *store;
	struct waiting deferred, waiting;
	bool in_transaction;
};

static void next_step(void *context, int status)
{
	struct deferring *deferring = context;

	deferring->deferred.status = status;
	deferring->deferred.called++;
	deferring->in_transaction = !sqlite3_get_autocommit(deferring->store->db);
	store_turn_wait(deferring->store, &deferring->waiting.waiter);
}

/* What is deferred runs before the commit, so that what it begins is in the same one. */
static void steps_share_a_commit(void **state)
{
	struct deferring deferring = {.store = open_store(),
		.deferred.waiter = {.durable = next_step, .context = &deferring},
		.waiting.waiter = {.durable = called, .context = &deferring.waiting}};

	(void)state;
	assert_int_equal(put_sqn(deferring.store, "a@h.n", 7), 0);
	store_turn_defer(deferring.store, &deferring.deferred.waiter);
	assert_int_equal(deferring.deferred.called, 0);
	store_turn_end(deferring.store);
	assert_int_equal(deferring.deferred.called, 1);
	assert_int_equal(deferring.deferred.status, 0);
	assert_true(deferring.in_transaction);
	assert_int_equal(deferring.waiting.called, 1);
	assert_int_equal(deferring.waiting.status, 0);
	assert_true(sqlite3_get_autocommit(deferring.store->db));
	store_close(deferring.store);
}

static void write_too_much(void *context, int status)
{
	struct deferring *deferring = context;
	char long_impi[3000];

	called(&deferring->deferred, status);
	memset(long_impi, 'x', sizeof(long_impi) - 1);
	long_impi[sizeof(long_impi) - 1] = '\0';
	sqlite3_limit(deferring->store->db, SQLITE_LIMIT_LENGTH, 2000);
	assert_int_equal(put_sqn(deferring->store, long_impi, 3), -EIO);
}

/* A step's write fails: whoever has its turn behind it relies on nothing of this turn. */
static void steps_share_a_failure(void **state)
{
	struct deferring deferring = {.store = open_store(),
		.deferred.waiter = {.durable = write_too_much, .context = &deferring},
		.waiting.waiter = {.durable = called, .context = &deferring.waiting}};

	(void)state;
	assert_int_equal(put_sqn(deferring.store, "a@h.n", 7), 0);
	store_turn_defer(deferring.store, &deferring.deferred.waiter);
	store_turn_defer(deferring.store, &deferring.waiting.waiter);
	store_turn_end(deferring.store);
	assert_int_equal(deferring.deferred.status, 0);
	assert_int_equal(deferring.waiting.called, 1);
	assert_int_equal(deferring.waiting.status, -EIO);
	store_close(deferring.store);
}

/* The child writes, commits (or not) and is killed: what it was told is what there is. */
static void durable_means_durable(void **state)
{
	uint64_t sqn;
	int status;
	struct store *store;
	pid_t child;

	(void)state;
	store_close(open_store());
	child = fork();
	if (child == 0) {
		char error[STORE_ERROR_MAX];

		if (store_open(path, &store, error) != 0 || put_sqn(store, "a@h.n", 7) != 0)
			_exit(1);
		store_turn_end(store);
		if (put_sqn(store, "a@h.n", 8) != 0)
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	store = open_store();
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 7);
	store_close(store);
}

/* Memory that runs out, by SQLite's own limit: the same path as a full disk. */
static void a_failed_write_fails_its_turn_and_no_other(void **state)
{
	struct store *store = open_store();
	struct waiting waiting = {.waiter = {.durable = called, .context = &waiting}};
	struct waiting deferred = {.waiter = {.durable = called, .context = &deferred}};
	char *huge = calloc(1, 8 << 20);
	uint64_t sqn;

	(void)state;
	assert_non_null(huge);
	memset(huge, 'x', (8 << 20) - 1);
	assert_int_equal(put_sqn(store, "a@h.n", 1), 0);
	store_turn_end(store);
	assert_int_equal(put_sqn(store, "a@h.n", 2), 0);
	sqlite3_hard_heap_limit64(4 << 20);
	assert_int_equal(put_sqn(store, huge, 3), -EIO);
	sqlite3_hard_heap_limit64(0);
	assert_int_equal(put_sqn(store, "b@h.n", 4), -EIO);
	store_turn_wait(store, &waiting.waiter);
	store_turn_defer(store, &deferred.waiter);
	store_turn_end(store);
	assert_int_equal(waiting.called, 1);
	assert_int_equal(waiting.status, -EIO);
	assert_int_equal(deferred.status, -EIO);
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 1);
	assert_int_equal(put_sqn(store, "a@h.n", 5), 0);
	store_turn_wait(store, &waiting.waiter);
	store_turn_end(store);
	assert_int_equal(waiting.status, 0);
	free(huge);
	store_close(store);
}

/* A write that SQLite refuses without ending the transaction: what came before it goes, too. */
static void a_refused_write_takes_its_turn_back(void **state)
{
	struct store *store = open_store();
	struct waiting waiting = {.waiter = {.durable = called, .context = &waiting}};
	char long_impi[3000];
	uint64_t sqn;

	(void)state;
	memset(long_impi, 'x', sizeof(long_impi) - 1);
	long_impi[sizeof(long_impi) - 1] = '\0';
	assert_int_equal(put_sqn(store, "a@h.n", 1), 0);
	store_turn_end(store);
	assert_int_equal(put_sqn(store, "a@h.n", 2), 0);
	sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, 2000);
	assert_int_equal(put_sqn(store, long_impi, 3), -EIO);
	store_turn_wait(store, &waiting.waiter);
	store_turn_end(store);
	assert_int_equal(waiting.status, -EIO);
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 1);
	assert_int_equal(put_sqn(store, "a@h.n", 5), 0);
	store_turn_wait(store, &waiting.waiter);
	store_turn_end(store);
	assert_int_equal(waiting.status, 0);
	store_close(store);
}

static void hostile_files_are_refused(void **state)
{
	char page[4096];
	struct store *store;

	(void)state;
	memset(page, 'x', sizeof(page));
	write_file(page, sizeof(page));
	assert_refused("not an SQLite file");

	unlink(path);
	run_sql("CREATE TABLE theirs (a)");
	assert_refused("another program");

	unlink(path);
	store = open_store();
	store_close(store);
	run_sql("PRAGMA user_version = 99");
	assert_refused("newer version");

	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused("opened");
	assert_int_equal(rmdir(path), 0);

	/* A link, even to a good store: whoever put it there chose where we write. */
	store = open_store();
	store_close(store);
	snprintf(page, sizeof(page), "%s/real.db", directory);
	assert_int_equal(rename(path, page), 0);
	assert_int_equal(symlink(page, path), 0);
	assert_refused("opened");
	unlink(path);

	snprintf(path, sizeof(path), "%s/none/store.db", directory);
	assert_refused("No such file or directory");
}

static void a_damaged_page_is_found_at_start(void **state)
{
	struct store *store = open_store();
	char impi[32], junk[2048];
	FILE *file;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		snprintf(impi, sizeof(impi), "%u@h.n", i);
		assert_int_equal(put_sqn(store, impi, i), 0);
	}
	store_turn_end(store);
	store_close(store);
	memset(junk, 0xa5, sizeof(junk));
	file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 5 * 4096, SEEK_SET), 0);
	assert_int_equal(fwrite(junk, 1, sizeof(junk), file), sizeof(junk));
	fclose(file);
	assert_refused("corrupt");
}

static void a_second_process_is_refused(void **state)
{
	struct store *store = open_store();

	(void)state;
	/* SQLite keeps its locks apart also between two connections of one process. */
	assert_refused("in use by another process");
	store_close(store);
	store_close(open_store());
}

static void older_versions_are_upgraded(void **state)
{
	struct store *store;
	uint64_t sqn;

	(void)state;
	run_sql("CREATE TABLE sqn (impi TEXT PRIMARY KEY, sqn INTEGER NOT NULL) WITHOUT ROWID;"
		"CREATE TABLE registration (impu TEXT PRIMARY KEY, flag INTEGER NOT NULL,"
		" scscf TEXT NOT NULL) WITHOUT ROWID;"
		"INSERT INTO sqn VALUES ('a@h.n', 77);"
		"PRAGMA application_id = 1347375700; PRAGMA user_version = 1;");
	store = open_store();
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 77);
	assert_int_equal(put_sqn(store, "a@h.n", 78), 0);
	store_turn_end(store);
	store_close(store);
	store = open_store();
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 78);
	store_close(store);
	run_sql("DROP TABLE kept_beside; DROP TABLE kept_sa_set; DROP TABLE kept_registration;"
		"PRAGMA user_version = 2;");
	store = open_store();
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 78);
	store_close(store);
}

/* Beside its owner: what was durable, and only that; the owner goes on. */
static void a_snapshot_looks_and_does_not_disturb(void **state)
{
	struct store *store, *snapshot;
	char error[STORE_ERROR_MAX];
	uint64_t sqn;

	(void)state;
	assert_int_equal(store_open_snapshot(path, &snapshot, error), -ENOENT);
	store = open_store();
	assert_int_equal(put_sqn(store, "a@h.n", 1), 0);
	store_turn_end(store);
	assert_int_equal(put_sqn(store, "a@h.n", 2), 0);
	assert_int_equal(store_open_snapshot(path, &snapshot, error), 0);
	assert_int_equal(get_sqn(snapshot, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 1);
	store_turn_end(store);
	assert_int_equal(get_sqn(store, "a@h.n", &sqn), 0);
	assert_int_equal(sqn, 2);
	store_close(snapshot);
	store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_survive_the_process, fresh, removed),
		cmocka_unit_test_setup_teardown(
			waiters_are_called_after_the_commit, fresh, removed),
		cmocka_unit_test_setup_teardown(steps_share_a_commit, fresh, removed),
		cmocka_unit_test_setup_teardown(steps_share_a_failure, fresh, removed),
		{"P-SQN durable means durable", durable_means_durable, fresh, removed, NULL},
		cmocka_unit_test_setup_teardown(
			a_failed_write_fails_its_turn_and_no_other, fresh, removed),
		cmocka_unit_test_setup_teardown(
			a_refused_write_takes_its_turn_back, fresh, removed),
		cmocka_unit_test_setup_teardown(older_versions_are_upgraded, fresh, removed),
		cmocka_unit_test_setup_teardown(
			a_snapshot_looks_and_does_not_disturb, fresh, removed),
		cmocka_unit_test_setup_teardown(hostile_files_are_refused, fresh, removed),
		cmocka_unit_test_setup_teardown(a_damaged_page_is_found_at_start, fresh, removed),
		cmocka_unit_test_setup_teardown(a_second_process_is_refused, fresh, removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
