/* SPDX-License-Identifier: BSD-3-Clause */
#include "store_kept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "store_fixture.h"
#include "store_turn.h"

#define HERE      UINT64_C(0xfedcba9876543210) /* more than a signed number takes */
#define ELSEWHERE 1

static struct seen {
	unsigned count;
	uint64_t ids;    /* their sum */
	uint64_t refuse; /* this one */
	uint8_t last[8];
} seen;

static bool see(void *context, uint64_t id, const uint8_t *record, size_t len)
{
	assert_ptr_equal(context, &seen);
	seen.count++;
	seen.ids += id;
	assert_int_equal(len, sizeof(seen.last));
	memcpy(seen.last, record, len);
	return id != seen.refuse;
}

static void look(struct store *store, enum store_kept kind)
{
	seen.count = 0;
	seen.ids = 0;
	assert_int_equal(store_kept_each(store, kind, see, &seen), 0);
}

static void put(struct store *store, enum store_kept kind, uint64_t id, const char octets[9])
{
	assert_int_equal(store_kept_put(store, kind, id, (const uint8_t *)octets, 8), 0);
}

static struct store *open_beside(uint64_t instance)
{
	struct store *store = open_store();

	assert_int_equal(store_kept_begin(store, instance), 0);
	return store;
}

static void end(struct store *store)
{
	store_turn_end(store);
	store_close(store);
}

static void a_successor_finds_what_was_kept(void **state)
{
	struct store *store = open_beside(HERE);

	(void)state;
	put(store, STORE_KEPT_SA_SETS, UINT64_C(1) << 63, "replaced");
	put(store, STORE_KEPT_SA_SETS, UINT64_C(1) << 63, "an\0octet");
	put(store, STORE_KEPT_REGISTRATIONS, 1, "another1");
	put(store, STORE_KEPT_REGISTRATIONS, 2, "removed2");
	assert_int_equal(store_kept_remove(store, STORE_KEPT_REGISTRATIONS, 2), 0);
	assert_int_equal(store_kept_remove(store, STORE_KEPT_REGISTRATIONS, 2), 0);
	end(store);

	store = open_beside(HERE);
	look(store, STORE_KEPT_SA_SETS);
	assert_int_equal(seen.count, 1);
	assert_true(seen.ids == UINT64_C(1) << 63);
	assert_memory_equal(seen.last, "an\0octet", 8);
	look(store, STORE_KEPT_REGISTRATIONS);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.ids, 1);
	end(store);
}

/* Another SA table, which has none of these SAs. */
static void beside_another_table_it_is_gone(void **state)
{
	struct store *store = open_beside(HERE);

	(void)state;
	put(store, STORE_KEPT_SA_SETS, 1, "here   1");
	put(store, STORE_KEPT_REGISTRATIONS, 1, "here   1");
	end(store);
	end(open_beside(ELSEWHERE));
	store = open_beside(HERE);
	for (unsigned kind = 0; kind < STORE_KEPT_KINDS; kind++) {
		look(store, (enum store_kept)kind);
		assert_int_equal(seen.count, 0);
	}
	end(store);
}

static void who_refuses_a_record_has_it_removed(void **state)
{
	struct store *store = open_beside(HERE);

	(void)state;
	for (uint64_t id = 1; id <= 100; id++)
		put(store, STORE_KEPT_SA_SETS, id, "a record");
	seen.refuse = 40;
	look(store, STORE_KEPT_SA_SETS);
	assert_int_equal(seen.count, 100);
	end(store);
	seen.refuse = 0;
	store = open_beside(HERE);
	look(store, STORE_KEPT_SA_SETS);
	assert_int_equal(seen.count, 99);
	assert_int_equal(seen.ids, 5050 - 40);
	end(store);
}

/* The younger one first: an older one that should be gone gives way. */
static void the_highest_comes_first(void **state)
{
	struct store *store = open_beside(HERE);

	(void)state;
	put(store, STORE_KEPT_REGISTRATIONS, 7, "the last");
	put(store, STORE_KEPT_REGISTRATIONS, 9, "the 1st ");
	put(store, STORE_KEPT_REGISTRATIONS, 8, "the 2nd ");
	look(store, STORE_KEPT_REGISTRATIONS);
	assert_memory_equal(seen.last, "the last", 8);
	end(store);
}

/* What is kept may be what the processes end over. */
static void what_nobody_lives_through_is_given_up(void **state)
{
	struct store *store = open_beside(HERE);

	(void)state;
	put(store, STORE_KEPT_SA_SETS, 1, "survives");
	for (unsigned process = 1; process <= 2 * STORE_KEPT_TRIES; process++) {
		look(store, STORE_KEPT_SA_SETS);
		assert_int_equal(seen.count, 1);
		if (process == STORE_KEPT_TRIES)
			assert_int_equal(store_kept_settle(store, HERE), 0);
		end(store);
		store = open_beside(HERE);
	}
	look(store, STORE_KEPT_SA_SETS);
	assert_int_equal(seen.count, 0);
	put(store, STORE_KEPT_SA_SETS, 1, "a record");
	end(store);
	store = open_beside(HERE);
	look(store, STORE_KEPT_SA_SETS);
	assert_int_equal(seen.count, 1);
	end(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_successor_finds_what_was_kept, fresh, removed),
		cmocka_unit_test_setup_teardown(beside_another_table_it_is_gone, fresh, removed),
		cmocka_unit_test_setup_teardown(
			who_refuses_a_record_has_it_removed, fresh, removed),
		cmocka_unit_test_setup_teardown(the_highest_comes_first, fresh, removed),
		cmocka_unit_test_setup_teardown(
			what_nobody_lives_through_is_given_up, fresh, removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
