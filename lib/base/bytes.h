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

/* 48 bits: a SQN of TS 33.102. */
static inline uint64_t bytes_load_be48(const void *at)
{
	return (uint64_t)bytes_load_be16(at) << 32 | bytes_load_be32((const uint8_t *)at + 2);
}

static inline void bytes_store_be48(void *at, uint64_t value)
{
	bytes_store_be16(at, (uint16_t)(value >> 32));
	bytes_store_be32((uint8_t *)at + 2, (uint32_t)value);
}
