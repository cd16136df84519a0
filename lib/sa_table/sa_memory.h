/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory of the SA tables, one per worker: the supervisor makes and holds it, only the data
 * plane maps and writes it. A data plane that restarts finds its SAs, windows and sequence numbers
 * in it; no number is ever sent twice under one key. */
#pragma once

#include <stdint.h>

#include "sa_entry.h"
#include "sa_index.h"

#define SA_CAPACITY_MAX (1u << 23)
#define SA_SEED_WORDS   4

struct sa_memory_size {
	uint32_t workers;
	uint32_t capacity;      /* SAs per worker, both directions together */
	uint16_t replay_window; /* the widest that an SA may have */
};

/* What is beside the entries; in the shared memory. The worker is the only writer. */
struct sa_table_head {
	uint64_t seed[SA_SEED_WORDS]; /* who chooses addresses or SPIs can not choose buckets */
	uint32_t used;
};

struct sa_memory; /* one process's view */

/* Where the parts of one worker's table are in this process. */
struct sa_memory_part {
	struct sa_table_head *head;
	struct sa_entry *entries;
	uint64_t *windows; /* window_words per entry; NULL where none is wider than 64 */
	unsigned window_words;
	struct sa_index_bucket *inbound, *outbound;
	uint32_t inbound_keys, outbound_keys; /* at most */
	uint64_t *places;                     /* sa_places_words(capacity) of them */
	uint32_t capacity, worker;
};

/* The descriptor is inherited by the data plane (no close-on-exec). The pages are zero and are
 * taken as they are used. 0, -EINVAL (a size is out of range), or -errno. */
int sa_memory_create(const struct sa_memory_size *size, int *fd)
	__attribute__((warn_unused_result));

/* Kept out of core files. 0, -EPROTO where the memory is of another version or size, or -errno. */
int sa_memory_map(int fd, struct sa_memory **out) __attribute__((warn_unused_result));
void sa_memory_unmap(struct sa_memory *memory);

const struct sa_memory_size *sa_memory_size(const struct sa_memory *memory);

/* worker < size->workers. */
struct sa_memory_part sa_memory_part(const struct sa_memory *memory, uint32_t worker);
