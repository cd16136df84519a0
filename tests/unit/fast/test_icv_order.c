/* SPDX-License-Identifier: BSD-3-Clause */
#include "icv_order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "burst.h"

static struct icv_packet packets[BURST_MAX];
static struct icv_packet *order[BURST_MAX];

/* Lengths in, positions out; of equal length, whoever came first stays first. */
static void expect(const uint32_t *lens, const unsigned *positions, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		packets[i].len = lens[i];
		order[i] = &packets[i];
	}
	icv_order(order, count);
	for (unsigned i = 0; i < count; i++)
		assert_ptr_equal(order[i], &packets[positions[i]]);
}

static void longest_first(void **state)
{
	const uint32_t lens[] = {1, 1400, 55, 56, ICV_LEN_MAX, 119, 1400, 120, 1};
	const unsigned positions[] = {4, 1, 6, 7, 3, 5, 0, 2, 8};

	(void)state;
	expect(lens, positions, 9);
}

static void equal_ones_stay(void **state)
{
	const uint32_t lens[] = {56, 119, 60, 100};
	const unsigned positions[] = {0, 1, 2, 3};

	(void)state;
	expect(lens, positions, 4);
}

static void full_burst_falls(void **state)
{
	(void)state;
	for (unsigned i = 0; i < BURST_MAX; i++) {
		packets[i].len = 1 + i * 7919 % 1500;
		order[i] = &packets[i];
	}
	icv_order(order, BURST_MAX);
	for (unsigned i = 1; i < BURST_MAX; i++)
		assert_true(icv_packet_blocks(order[i - 1]) >= icv_packet_blocks(order[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"longest first", longest_first, NULL, NULL, NULL},
		{"equal ones stay", equal_ones_stay, NULL, NULL, NULL},
		{"full burst falls", full_burst_falls, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
