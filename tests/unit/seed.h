/* SPDX-License-Identifier: BSD-3-Clause */
/* Randomness of a test that another run can repeat: behind cmocka.h. */
#pragma once

#include <stdint.h>

#include "random.h"

/* Drawn anew and printed; *seed outlives what is returned. */
static inline struct random seed_random(uint64_t *seed)
{
	const struct random system = random_system();

	random_fill(&system, seed, sizeof(*seed));
	print_message("# seed %llu\n", (unsigned long long)*seed);
	return random_seeded(seed);
}
