/* SPDX-License-Identifier: BSD-3-Clause */
/* uthash as this house uses it: memory that ends is an error (hh.tbl is NULL after the add), not
 * the end of the process; and keys that come from outside can not be chosen to collide. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* SipHash-1-3 (Aumasson, Bernstein 2012) under a key that this process drew at its first use. */
uint32_t table_hash(const void *key, size_t len);

#define HASH_NONFATAL_OOM                     1
#define uthash_nonfatal_oom(element)          ((void)(element))
#define HASH_FUNCTION(key, key_len, hash_out) ((hash_out) = table_hash(key, key_len))
#include <uthash.h>
