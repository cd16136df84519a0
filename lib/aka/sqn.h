/* SPDX-License-Identifier: BSD-3-Clause */
/* Sequence numbers of AKA (TS 33.102 Annex C): 48 bits in the low bits of a uint64_t.
 *
 *     47                                  5 4       0
 *    +-------------------------------------+---------+
 *    |                 SEQ                 |   IND   |
 *    +-------------------------------------+---------+
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SQN_IND_BITS   5
#define SQN_ARRAY_SIZE (1u << SQN_IND_BITS)
#define SQN_MAX        ((UINT64_C(1) << 48) - 1)
#define SQN_DELTA      (UINT64_C(1) << 28) /* Δ: the highest jump that is accepted, in SEQ */

/* The AuC's side (C.1.1.1, C.1.2): SEQ + 1, IND + 1 mod 32. After a resynchronisation sqn is
 * SQN_MS. 0, or -ERANGE where SEQ is used up: it never wraps (C.3.2). */
int sqn_next(uint64_t sqn, uint64_t *out) __attribute__((warn_unused_result));

/* The ISIM's side (C.2): the highest SEQ that was accepted for each IND; all zero at first. */
struct sqn_array {
	uint64_t seq[SQN_ARRAY_SIZE];
};

/* C.2.1, C.2.2: accepts a fresh sqn, and stores it then; a refusal changes nothing.
 * age_limit: L, in SEQ; 0: none. MAC must have been found right before. */
bool sqn_array_accept(struct sqn_array *array, uint64_t sqn, uint64_t age_limit)
	__attribute__((warn_unused_result));

/* SQN_MS, the highest that was accepted, for AUTS; 0 if none was. */
uint64_t sqn_array_highest(const struct sqn_array *array);
