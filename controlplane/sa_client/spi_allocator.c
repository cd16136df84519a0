/* SPDX-License-Identifier: BSD-3-Clause */
/* A Feistel network on 32 bits: a keyed permutation of the counter. */
#include "spi_allocator.h"

#include <stdbool.h>

#include "sa.h"

void spi_allocator_init(struct spi_allocator *allocator, const struct random *random)
{
	*allocator = (struct spi_allocator){.taken = NULL};
	random_fill(random, allocator->keys, sizeof(allocator->keys));
	random_fill(random, &allocator->counter, sizeof(allocator->counter));
}

static uint32_t permute(const struct spi_allocator *allocator, uint32_t value)
{
	uint32_t left = value >> 16, right = value & 0xffff;

	for (unsigned round = 0; round < SPI_ALLOCATOR_ROUNDS; round++) {
		uint32_t mixed = (right ^ allocator->keys[round]) * 0x9e3779b1u;
		uint32_t next = left ^ ((mixed ^ mixed >> 15) * 0x85ebca6bu >> 16);

		left = right;
		right = next;
	}
	return left << 16 | right;
}

static bool is_avoided(uint32_t spi, const uint32_t *avoid, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (avoid[i] == spi)
			return true;
	return spi < SA_SPI_MIN;
}

uint32_t spi_allocator_next(struct spi_allocator *allocator, const uint32_t *avoid, size_t count)
{
	uint32_t spi;

	do
		spi = permute(allocator, allocator->counter++);
	while (is_avoided(spi, avoid, count) ||
		(allocator->taken && allocator->taken(allocator->context, spi)));
	return spi;
}
