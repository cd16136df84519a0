/* SPDX-License-Identifier: BSD-3-Clause */
/* Asked by guard.c for each unprotected SIP packet. */
#include "token_bucket.h"

void token_bucket_init(struct token_bucket *bucket, uint32_t rate, uint64_t ticks, uint64_t now)
{
	*bucket = (struct token_bucket){
		.second = ticks,
		.cost = rate ? ticks / rate : 0,
		.level = ticks,
		.last = now,
	};
}

bool token_bucket_take(struct token_bucket *bucket, uint64_t now)
{
	uint64_t passed = now - bucket->last;

	bucket->last = now;
	bucket->level =
		passed >= bucket->second - bucket->level ? bucket->second : bucket->level + passed;
	if (bucket->level < bucket->cost)
		return false;
	bucket->level -= bucket->cost;
	return true;
}
