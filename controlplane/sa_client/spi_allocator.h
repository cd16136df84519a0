/* SPDX-License-Identifier: BSD-3-Clause */
/* The gateway's own SPIs (P-SPI): unguessable order, none twice in 2^32, so that a stale one is
 * recognised. A cipher over a counter gives both without a table. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

#define SPI_ALLOCATOR_ROUNDS 6

struct spi_allocator {
	uint32_t keys[SPI_ALLOCATOR_ROUNDS];
	uint32_t counter;
	/* Is it in use by somebody who chose it himself? NULL: there is nobody. */
	bool (*taken)(void *context, uint32_t spi);
	void *context;
};

void spi_allocator_init(struct spi_allocator *allocator, const struct random *random);

/* At least SA_SPI_MIN, and none of the count in avoid: those that SM1 offered, since one key
 * serves both directions (a reflected packet must never meet an SA). */
uint32_t spi_allocator_next(struct spi_allocator *allocator, const uint32_t *avoid, size_t count);
