/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_arena.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARENAS 1000

/* What a message left behind is in no other one. */
static void memory_that_is_used_again_is_wiped(void **state)
{
	struct sip_arena first = {.blocks = NULL}, second = {.blocks = NULL};
	char *text;

	(void)state;
	assert_int_equal(sip_arena_open(&first, 4000), 0);
	text = sip_arena_alloc(&first, 4000);
	assert_non_null(text);
	memset(text, 'k', 4000);
	sip_arena_release(&first);
	assert_int_equal(sip_arena_open(&second, 4000), 0);
	text = sip_arena_alloc(&second, 4000);
	assert_non_null(text);
	for (size_t i = 0; i < 4000; i++)
		assert_int_not_equal(text[i], 'k');
	sip_arena_release(&second);
}

/* More at once than are kept for later, all apart. */
static void many_at_once(void **state)
{
	static struct sip_arena arenas[ARENAS];
	static uint32_t *numbers[ARENAS];

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		memset(arenas, 0, sizeof(arenas));
		for (uint32_t i = 0; i < ARENAS; i++) {
			assert_int_equal(sip_arena_open(&arenas[i], 3000), 0);
			numbers[i] = sip_arena_alloc(&arenas[i], 3000);
			assert_non_null(numbers[i]);
			*numbers[i] = i;
		}
		for (uint32_t i = 0; i < ARENAS; i++)
			assert_int_equal(*numbers[i], i);
		for (uint32_t i = 0; i < ARENAS; i++)
			sip_arena_release(&arenas[i]);
	}
}

static void the_bound_holds(void **state)
{
	struct sip_arena arena = {.blocks = NULL};

	(void)state;
	while (sip_arena_alloc(&arena, 5000))
		assert_true(arena.total <= SIP_ARENA_MAX);
	assert_int_equal(sip_arena_open(&arena, SIP_ARENA_MAX), -ENOMEM);
	assert_null(sip_arena_alloc(&arena, SIP_ARENA_MAX + 1));
	sip_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_that_is_used_again_is_wiped),
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(the_bound_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
