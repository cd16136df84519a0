/* SPDX-License-Identifier: BSD-3-Clause */
/* The gateway's own SPIs (P-SPI). The low bits of each name a place in its worker's table that is
 * free (sa_home.h), so that its SA is found there; the high bits tell workers, and the users of a
 * place, apart. While an SPI is in use its place is named by no other one; the users of a place
 * have different ones for as long as the bits suffice (32 users at the least, 65 536 at the most),
 * so that a stale one is recognised. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"

struct spi_allocator_table;

struct spi_allocator {
	struct spi_allocator_table *tables; /* of each worker */
	uint32_t workers, capacity;
	unsigned place_bits;
	uint64_t key; /* who has one SPI does not guess another */
	size_t in_use;
	/* Is it in use by somebody who chose it himself? NULL: there is nobody. */
	bool (*taken)(void *context, uint32_t spi);
	void *context;
};

/* capacity: places of each worker, at most SA_CAPACITY_MAX. 0 or -ENOMEM. */
int spi_allocator_open(struct spi_allocator *allocator, uint32_t workers, uint32_t capacity,
	const struct random *random) __attribute__((warn_unused_result));
void spi_allocator_close(struct spi_allocator *allocator);

/* For an SA of this worker: at least SA_SPI_MIN, and none of the count in avoid: those that SM1
 * offered, since one key serves both directions (a reflected packet must never meet an SA). It is
 * in use until it is released. 0: there is none, all places are in use. */
uint32_t spi_allocator_next(
	struct spi_allocator *allocator, uint32_t worker, const uint32_t *avoid, size_t count);

/* One that a predecessor chose is in use as if it had been chosen here. False: it can not be: its
 * place is another one's. */
bool spi_allocator_reclaim(struct spi_allocator *allocator, uint32_t worker, uint32_t spi)
	__attribute__((warn_unused_result));

/* Of this worker. Nothing happens where this one is not in use, or was not chosen here. */
void spi_allocator_release(struct spi_allocator *allocator, uint32_t worker, uint32_t spi);

/* An SA, of either direction, has come to live in this place of the worker's table; it has left. */
void spi_allocator_take(struct spi_allocator *allocator, uint32_t worker, uint32_t place);
void spi_allocator_give(struct spi_allocator *allocator, uint32_t worker, uint32_t place);
