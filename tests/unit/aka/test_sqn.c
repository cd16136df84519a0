/* SPDX-License-Identifier: BSD-3-Clause */
#include "sqn.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "../vectors.h"
#include "bytes.h"

static void annex_c(void **state)
{
	json_t *root = vectors_load("sqn-ts33102-annexc.json"), *one, *step;
	size_t i, j, steps = 0;

	(void)state;
	json_array_foreach(vectors_get(root, "cases"), i, one)
	{
		json_int_t age_limit = json_integer_value(vectors_get(one, "L"));
		struct sqn_array array = {.seq = {0}};

		json_array_foreach(vectors_get(one, "steps"), j, step)
		{
			struct sqn_array before = array;
			bool fresh, want = strcmp(vectors_text(step, "expect"), "accept") == 0;
			uint8_t sqn[6];

			print_message("# %s: %s\n", vectors_text(one, "name"),
				vectors_text(step, "step"));
			vectors_hex(step, "sqn", sqn, 6);
			fresh = sqn_array_accept(&array, bytes_load_be48(sqn), (uint64_t)age_limit);
			assert_int_equal(fresh, want);
			assert_int_equal(sqn_array_highest(&array) >> SQN_IND_BITS,
				json_integer_value(vectors_get(step, "seq_ms_after")));
			if (!fresh)
				assert_memory_equal(&array, &before, sizeof(array));
			steps++;
		}
	}
	assert_int_equal(steps, 16);
	json_decref(root);
}

static void next_counts_both(void **state)
{
	uint64_t sqn;

	(void)state;
	assert_int_equal(sqn_next(0, &sqn), 0);
	assert_int_equal(sqn, 1 << 5 | 1);
	assert_int_equal(sqn_next(7 << 5 | 31, &sqn), 0);
	assert_int_equal(sqn, 8 << 5 | 0);
}

static void next_never_wraps(void **state)
{
	uint64_t sqn = 5;

	(void)state;
	assert_int_equal(sqn_next(SQN_MAX - 33, &sqn), 0);
	assert_int_equal(sqn, SQN_MAX);
	sqn = 5;
	assert_int_equal(sqn_next(SQN_MAX, &sqn), -ERANGE);
	assert_int_equal(sqn_next(SQN_MAX - 31, &sqn), -ERANGE);
	assert_int_equal(sqn_next(SQN_MAX + 1, &sqn), -ERANGE);
	assert_int_equal(sqn, 5);
}

/* What the AuC makes is always fresh, also right after a resynchronisation. */
static void every_next_is_accepted(void **state)
{
	struct sqn_array array = {.seq = {0}};
	uint64_t sqn = 0;

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(sqn_next(sqn, &sqn), 0);
		assert_true(sqn_array_accept(&array, sqn, 0));
		assert_int_equal(sqn_array_highest(&array), sqn);
	}
	assert_int_equal(sqn_next(3, &sqn), 0); /* an AuC that lost its numbers */
	assert_false(sqn_array_accept(&array, sqn, 0));
	assert_int_equal(sqn_next(sqn_array_highest(&array), &sqn), 0);
	assert_true(sqn_array_accept(&array, sqn, 0));
}

static void highest_of_equal_seqs(void **state)
{
	struct sqn_array array = {.seq = {0}};

	(void)state;
	assert_int_equal(sqn_array_highest(&array), 0);
	assert_true(sqn_array_accept(&array, 9 << 5 | 17, 0));
	assert_true(sqn_array_accept(&array, 9 << 5 | 3, 0));
	assert_int_equal(sqn_array_highest(&array), 9 << 5 | 17);
	assert_false(sqn_array_accept(&array, SQN_MAX + 1 + (10 << 5), 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-SQN decisions of TS 33.102 Annex C", annex_c, NULL, NULL, NULL},
		{"P-SQN SEQ + 1, IND + 1 mod 32", next_counts_both, NULL, NULL, NULL},
		{"P-SQN SEQ never wraps", next_never_wraps, NULL, NULL, NULL},
		{"AKA-4 P-SQN the AuC's numbers are fresh", every_next_is_accepted, NULL, NULL,
			NULL},
		{"C-SM7 SQN_MS is the highest accepted", highest_of_equal_seqs, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
