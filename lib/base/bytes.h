/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers in byte strings: network order, any alignment. */
#pragma once

#include <stdint.h>
#include <string.h>

static inline uint16_t bytes_load_be16(const void *at)
{
	uint16_t value;
	memcpy(&value, at, sizeof(value));
	return __builtin_bswap16(value);
}

static inline uint32_t bytes_load_be32(const void *at)
{
	uint32_t value;
	memcpy(&value, at, sizeof(value));
	return __builtin_bswap32(value);
}

static inline void bytes_store_be16(void *at, uint16_t value)
{
	value = __builtin_bswap16(value);
	memcpy(at, &value, sizeof(value));
}

static inline void bytes_store_be32(void *at, uint32_t value)
{
	value = __builtin_bswap32(value);
	memcpy(at, &value, sizeof(value));
}
