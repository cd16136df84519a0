/* SPDX-License-Identifier: BSD-3-Clause */
/* How many unprotected SIP packets may pass: a rate, and one second's worth at once. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The level is kept in ticks, so that no fraction of a token is lost. */
struct token_bucket {
	uint64_t second; /* ticks */
	uint64_t cost;   /* ticks of a token; 0: unlimited */
	uint64_t level, last;
};

/* rate: tokens a second, 0: unlimited; ticks: of the clock a second. Full at the start. */
void token_bucket_init(struct token_bucket *bucket, uint32_t rate, uint64_t ticks, uint64_t now);

/* False: none is left. now never goes back. */
bool token_bucket_take(struct token_bucket *bucket, uint64_t now);
