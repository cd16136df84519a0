/* SPDX-License-Identifier: BSD-3-Clause */
/* What names one SA for ever, also when its place is used again: the generation of its place, the
 * worker that owns it, the place in that worker's table. */
#pragma once

#include <stdint.h>

#define SA_HANDLE_PLACES  (1u << 24)
#define SA_HANDLE_WORKERS (1u << 8)

static inline uint64_t sa_handle(uint32_t generation, uint32_t worker, uint32_t place)
{
	return (uint64_t)generation << 32 | (uint64_t)(worker * SA_HANDLE_PLACES) | place;
}

static inline uint32_t sa_handle_generation(uint64_t handle)
{
	return (uint32_t)(handle >> 32);
}

static inline uint32_t sa_handle_worker(uint64_t handle)
{
	return (uint32_t)handle / SA_HANDLE_PLACES;
}

static inline uint32_t sa_handle_place(uint64_t handle)
{
	return (uint32_t)handle % SA_HANDLE_PLACES;
}
