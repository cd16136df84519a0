/* SPDX-License-Identifier: BSD-3-Clause */
#include "sqn.h"

#include <errno.h>

static uint64_t seq_of(uint64_t sqn)
{
	return sqn >> SQN_IND_BITS;
}

static unsigned ind_of(uint64_t sqn)
{
	return sqn % SQN_ARRAY_SIZE;
}

int sqn_next(uint64_t sqn, uint64_t *out)
{
	if (sqn > SQN_MAX || seq_of(sqn) == seq_of(SQN_MAX))
		return -ERANGE;
	*out = (seq_of(sqn) + 1) << SQN_IND_BITS | (ind_of(sqn) + 1) % SQN_ARRAY_SIZE;
	return 0;
}

bool sqn_array_accept(struct sqn_array *array, uint64_t sqn, uint64_t age_limit)
{
	uint64_t seq = seq_of(sqn), seq_ms = seq_of(sqn_array_highest(array));

	if (sqn > SQN_MAX)
		return false;
	if (seq > seq_ms && seq - seq_ms > SQN_DELTA)
		return false;
	if (age_limit > 0 && seq_ms >= seq && seq_ms - seq >= age_limit)
		return false;
	if (seq <= array->seq[ind_of(sqn)])
		return false;
	array->seq[ind_of(sqn)] = seq;
	return true;
}

uint64_t sqn_array_highest(const struct sqn_array *array)
{
	uint64_t highest = 0;

	for (unsigned ind = 0; ind < SQN_ARRAY_SIZE; ind++) {
		uint64_t sqn = array->seq[ind] << SQN_IND_BITS | ind;

		if (array->seq[ind] > 0 && sqn > highest)
			highest = sqn;
	}
	return highest;
}
