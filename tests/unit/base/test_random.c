/* SPDX-License-Identifier: BSD-3-Clause */
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* The first outputs of SplitMix64 from 1234567, as other implementations have them. */
static void seeded_is_splitmix64(void **state)
{
	static const uint64_t want[] = {6457827717110365317u, 3203168211198807973u,
		9817491932198370423u, 4593380528125082431u};
	uint64_t seed = 1234567, got[4];
	struct random random = random_seeded(&seed);

	(void)state;
	random_fill(&random, got, sizeof(got));
	assert_memory_equal(got, want, sizeof(want));
}

static void same_seed_same_sequence(void **state)
{
	uint64_t one = 7, other = 7, third = 8;
	struct random a = random_seeded(&one), b = random_seeded(&other), c = random_seeded(&third);
	uint8_t x[13], y[13], z[13];

	(void)state;
	for (unsigned i = 0; i < 10; i++) {
		random_fill(&a, x, sizeof(x));
		random_fill(&b, y, sizeof(y));
		random_fill(&c, z, sizeof(z));
		assert_memory_equal(x, y, sizeof(x));
		assert_memory_not_equal(x, z, sizeof(x));
	}
	assert_int_equal(random_u32(&a), random_u32(&b));
}

static void fills_exactly(void **state)
{
	uint64_t seed = 1;
	struct random random = random_seeded(&seed);
	uint8_t octets[24];

	(void)state;
	for (size_t len = 0; len < sizeof(octets); len++) {
		memset(octets, 0, sizeof(octets));
		random_fill(&random, octets, len);
		for (size_t i = len; i < sizeof(octets); i++)
			assert_int_equal(octets[i], 0);
	}
}

/* Two draws of 32 octets are equal once in 2^256. */
static void system_differs(void **state)
{
	struct random random = random_system();
	uint8_t a[32] = {0}, b[32] = {0};

	(void)state;
	random_fill(&random, a, sizeof(a));
	random_fill(&random, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

/* Of draws that share a call to the kernel, and of those at its edges, no two are equal: among
 * 2000 of 8 octets once in 2^43. */
static void system_gives_nothing_twice(void **state)
{
	static uint8_t draws[2000][8];
	struct random random = random_system();

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		uint8_t more[700];

		random_fill(&random, draws[i], sizeof(draws[i]));
		random_fill(&random, more, i % sizeof(more));
		for (unsigned j = 0; j < i; j++)
			assert_memory_not_equal(draws[i], draws[j], sizeof(draws[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeded_is_splitmix64),
		cmocka_unit_test(same_seed_same_sequence),
		cmocka_unit_test(fills_exactly),
		cmocka_unit_test(system_differs),
		cmocka_unit_test(system_gives_nothing_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
