/* SPDX-License-Identifier: BSD-3-Clause */
/* Several paths with a table each and the rings between them, in one thread: a test decides who
 * polls when. Whoever polls does it in fx.burst. After fixture.h. */
#pragma once

#include <rte_cycles.h>
#include <rte_ring.h>

#include "hand_over.h"
#include "sa_owner.h"

#define WORKERS 3

static struct several_workers {
	struct path path[WORKERS];
	struct worker_counters counters[WORKERS];
	struct sa_owner owner;
	struct sa_memory *memory;
	int memory_fd;
} sw;

static inline struct rte_ring *several_ring(unsigned from, unsigned to, unsigned side)
{
	char name[RTE_RING_NAMESIZE];
	struct rte_ring *ring;

	snprintf(name, sizeof(name), "test_%u_%u_%u", from, to, side);
	ring = rte_ring_create(name, HAND_OVER_RING, 0, RING_F_SP_ENQ | RING_F_SC_DEQ);
	assert_non_null(ring);
	return ring;
}

static inline int several_setup(void **state)
{
	const struct sa_memory_size size = {
		.workers = WORKERS, .capacity = CAPACITY, .replay_window = 64};

	fixture_setup(state);
	memset(&sw, 0, sizeof(sw));
	sa_owner_init(&sw.owner, WORKERS);
	assert_int_equal(sa_memory_create(&size, &sw.memory_fd), 0);
	assert_int_equal(sa_memory_map(sw.memory_fd, &sw.memory), 0);
	for (unsigned w = 0; w < WORKERS; w++) {
		struct path *path = &sw.path[w];

		*path = fx.path;
		path->worker = w;
		path->counters = &sw.counters[w];
		path->hand_over = (struct path_hand_over){.owner = &sw.owner, .workers = WORKERS};
		sa_table_attach(&path->table, sa_memory_part(sw.memory, w));
		fragments_init(&path->fragments, path->table.part.head->seed, rte_get_tsc_hz());
	}
	for (unsigned from = 0; from < WORKERS; from++) {
		for (unsigned n = 0; n < WORKERS * PATH_SIDES; n++) {
			unsigned to = n / PATH_SIDES, side = n % PATH_SIDES;

			if (to != from)
				sw.path[from].hand_over.to[side][to] =
					sw.path[to].hand_over.from[side][from] =
						several_ring(from, to, side);
		}
	}
	return 0;
}

static inline int several_teardown(void **state)
{
	for (unsigned w = 0; w < WORKERS; w++) {
		fragments_expire(&sw.path[w].fragments, UINT64_MAX, &sw.counters[w]);
		for (unsigned n = 0; n < WORKERS * PATH_SIDES; n++) {
			struct rte_ring *ring =
				sw.path[w].hand_over.to[n % PATH_SIDES][n / PATH_SIDES];
			void *packet;

			while (ring && rte_ring_sc_dequeue(ring, &packet) == 0)
				rte_pktmbuf_free(packet);
			rte_ring_free(ring);
		}
	}
	sa_memory_unmap(sw.memory);
	close(sw.memory_fd);
	return fixture_teardown(state);
}

/* Whose a UE of 198.51.100.0/24 is. */
static inline uint32_t several_owner(uint8_t ue)
{
	const uint8_t pair[8] = {198, 51, 100, ue, 203, 0, 113, 9};

	return sa_owner_worker(&sw.owner, sa_owner_fold(pair, sizeof(pair)));
}

/* The address of the number-th UE of this worker. */
static inline const char *several_ue(uint32_t worker, unsigned number)
{
	static char addresses[256][4];

	for (unsigned ue = 1; ue < 255; ue++) {
		if (several_owner((uint8_t)ue) != worker || number-- > 0)
			continue;
		memcpy(addresses[ue], "\xc6\x33\x64", 3);
		addresses[ue][3] = (char)ue;
		return addresses[ue];
	}
	fail_msg("no such UE of worker %u", worker);
	return NULL;
}

/* What is in the burst came to this worker from that side. */
static inline void several_arrive(unsigned worker, enum path_side side)
{
	fx.burst.now = rte_rdtsc();
	if (side == PATH_OUTSIDE)
		pipeline_inbound(&sw.path[worker], &fx.burst);
	else
		pipeline_outbound(&sw.path[worker], &fx.burst);
}

/* It looks at what others have handed over. The burst was empty. */
static inline void several_receive(unsigned worker, enum path_side side)
{
	hand_over_receive(&sw.path[worker], side, &fx.burst);
	several_arrive(worker, side);
}

static inline uint64_t several_drops(void)
{
	uint64_t sum = 0;

	for (unsigned w = 0; w < WORKERS; w++)
		for (unsigned i = 0; i < DROP_REASON_COUNT; i++)
			sum += sw.counters[w].dropped[i];
	return sum;
}
