/* SPDX-License-Identifier: BSD-3-Clause */
#include "replay_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../seed.h"

#define WORDS 16
#define STEPS 20000

static const unsigned widths[] = {32, 64, 96, 128, 160, 512, 992, 1024};

struct fixture {
	uint64_t bits[WORDS];
	uint32_t top;
	struct replay_window window;
};

static void start(struct fixture *fixture, unsigned width)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->window =
		(struct replay_window){.bits = fixture->bits, .top = &fixture->top, .width = width};
}

/* As the steps do: checked, then taken, which says the same. */
static enum replay_verdict receive(struct fixture *fixture, uint32_t number)
{
	enum replay_verdict verdict = replay_window_check(&fixture->window, number);

	assert_int_equal(replay_window_take(&fixture->window, number), verdict);
	return verdict;
}

/* Rows of (number, verdict), in their order; numbers from T and W: the exact edges. */
static void table_of_edges(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		const uint32_t w = widths[i], t = 5 * w + 7;
		const struct {
			uint32_t number;
			enum replay_verdict verdict;
		} rows[] = {
			{0, REPLAY_ZERO},
			{1, REPLAY_NEW},
			{1, REPLAY_DUPLICATE},
			{0, REPLAY_ZERO},
			{t, REPLAY_NEW},
			{t, REPLAY_DUPLICATE},
			{t - w + 1, REPLAY_NEW},
			{t - w + 1, REPLAY_DUPLICATE},
			{t - w, REPLAY_OLD},
			{t - w - 1, REPLAY_OLD},
			{1, REPLAY_OLD},
			{t - 1, REPLAY_NEW},
			{t + 1, REPLAY_NEW},
			{t - w + 1, REPLAY_OLD},
			{t - w + 2, REPLAY_NEW},
			{t + w, REPLAY_NEW},
			{t + 1, REPLAY_DUPLICATE},
			{t, REPLAY_OLD},
			{t + 2, REPLAY_NEW},
			{t + 3 * w, REPLAY_NEW},
			{t + 2 * w + 1, REPLAY_NEW},
			{t + 2 * w, REPLAY_OLD},
			{UINT32_MAX - 1, REPLAY_NEW},
			{UINT32_MAX, REPLAY_NEW},
			{UINT32_MAX, REPLAY_DUPLICATE},
			{UINT32_MAX - w + 1, REPLAY_NEW},
			{UINT32_MAX - w, REPLAY_OLD},
			{0, REPLAY_ZERO},
			{1, REPLAY_OLD},
		};
		struct fixture f;

		start(&f, w);
		for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++)
			if (receive(&f, rows[row].number) != rows[row].verdict)
				fail_msg("width %u row %zu number %u", w, row, rows[row].number);
	}
}

/* One behind the other over the end of the ring and once around it, none of them twice. */
static void next_ones_take_their_places(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		struct fixture f;

		start(&f, widths[i]);
		for (uint32_t number = 1; number <= 5 * widths[i]; number++) {
			assert_int_equal(receive(&f, number), REPLAY_NEW);
			for (uint32_t back = 0; back < widths[i] && back < number; back++)
				assert_int_equal(receive(&f, number - back), REPLAY_DUPLICATE);
		}
	}
}

/* A check alone changes nothing: what is forged never gets further than that. */
static void check_moves_nothing(void **state)
{
	struct fixture f, before;

	(void)state;
	start(&f, 64);
	assert_int_equal(receive(&f, 100), REPLAY_NEW);
	before = f;
	assert_int_equal(replay_window_check(&f.window, 1000000), REPLAY_NEW);
	assert_memory_equal(f.bits, before.bits, sizeof(f.bits));
	assert_int_equal(f.top, before.top);
}

/* The naive model: a flag for every number that ever came. */
static void random_numbers_as_a_naive_model(void **state)
{
	static bool seen[STEPS * 256];
	uint64_t seed;
	struct random random = seed_random(&seed);

	(void)state;
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		uint32_t width = widths[i], top = 0;
		struct fixture f;

		memset(seen, 0, sizeof(seen));
		start(&f, width);
		for (unsigned step = 0; step < STEPS; step++) {
			uint32_t jump = random_u32(&random) % 20 == 0 ? 3 * width : width / 8;
			uint32_t number = top + random_u32(&random) % (jump + 2 * width);
			enum replay_verdict expected = REPLAY_NEW;

			number = number > 2 * width ? number - 2 * width : 0;
			if (number == 0)
				expected = REPLAY_ZERO;
			else if (number + width <= top)
				expected = REPLAY_OLD;
			else if (seen[number])
				expected = REPLAY_DUPLICATE;
			if (receive(&f, number) != expected)
				fail_msg("width %u step %u number %u top %u", width, step, number,
					top);
			seen[number] = true;
			if (number > top)
				top = number;
			assert_true(top < STEPS * 250);
		}
		assert_int_equal(f.top, top);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-ESP window: the exact edges", table_of_edges, NULL, NULL, NULL},
		{"P-ESP window: the next ones take their places", next_ones_take_their_places, NULL,
			NULL, NULL},
		{"P-ESP window: a check moves nothing", check_moves_nothing, NULL, NULL, NULL},
		{"INT-6 window: random numbers as a naive model", random_numbers_as_a_naive_model,
			NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
