/* SPDX-License-Identifier: BSD-3-Clause */
/* Randomness of a test that another run can repeat: behind cmocka.h.
 *   UNIT_SEED=N     the run that printed it, again */
#pragma once

#include <stdint.h>
#include <stdlib.h>

#include "random.h"

/* Drawn anew, or given, and printed; *seed outlives what is returned. */
static inline struct random seed_random(uint64_t *seed)
{
	const struct random system = random_system();
	const char *given = getenv("UNIT_SEED");

	random_fill(&system, seed, sizeof(*seed));
	if (given)
		*seed = strtoull(given, NULL, 0);
	print_message("# seed %llu\n", (unsigned long long)*seed);
	return random_seeded(seed);
}
