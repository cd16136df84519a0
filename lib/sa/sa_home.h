/* SPDX-License-Identifier: BSD-3-Clause */
/* The low bits of an inbound SPI name the place that its SA has in the worker's table, wherever
 * that one is free: such an SA is found without a search. Both planes ask here: one chooses SPIs by
 * it, the other one places. */
#pragma once

#include <stdint.h>

/* The bits of an SPI that name a place among so many. */
static inline unsigned sa_home_bits(uint32_t capacity)
{
	return capacity > 1 ? 32 - (unsigned)__builtin_clz(capacity - 1) : 0;
}

/* At or above capacity: it names none. */
static inline uint32_t sa_home(uint32_t spi, unsigned bits)
{
	return spi & ((1u << bits) - 1);
}
