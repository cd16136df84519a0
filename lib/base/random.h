/* SPDX-License-Identifier: BSD-3-Clause */
/* The seam for randomness: RAND, SPIs, tags and branches ask a struct random, so that one seed
 * can replay a whole registration storm. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct random {
	void (*fill)(void *context, void *out, size_t len);
	void *context;
};

/* getrandom(2), one call for many small draws; aborts where the kernel has no randomness to give. A
 * child that was forked draws the same as its parent until it has called exec. */
struct random random_system(void);

/* Reproducible, for tests and simulators only; state holds the seed and must outlive the result. */
struct random random_seeded(uint64_t *state);

static inline void random_fill(const struct random *random, void *out, size_t len)
{
	random->fill(random->context, out, len);
}

static inline uint32_t random_u32(const struct random *random)
{
	uint32_t value;

	random->fill(random->context, &value, sizeof(value));
	return value;
}
