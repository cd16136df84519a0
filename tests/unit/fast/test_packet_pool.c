/* SPDX-License-Identifier: BSD-3-Clause */
/* In an EAL without hugepages, where DPDK's own pools put each buffer at the start of a page. */
#include "packet_pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#define COUNT  255
#define PLACES 64 /* of a first cache: a line's number in its page of 4 KiB */

static int start_eal(void **state)
{
	(void)state;
	fixture_eal();
	return 0;
}

static void headers_of_a_burst_share_no_place(void **state)
{
	struct rte_mempool *pool =
		packet_pool_create("spread", COUNT, 0, RTE_MBUF_DEFAULT_BUF_SIZE, false);
	struct rte_mbuf *packets[BURST_MAX];
	unsigned used[PLACES] = {0};

	(void)state;
	assert_non_null(pool);
	assert_int_equal(rte_pktmbuf_alloc_bulk(pool, packets, BURST_MAX), 0);
	for (unsigned i = 0; i < BURST_MAX; i++)
		used[rte_pktmbuf_mtod(packets[i], uintptr_t) / RTE_CACHE_LINE_SIZE % PLACES]++;
	for (unsigned i = 0; i < PLACES; i++)
		assert_int_equal(used[i], BURST_MAX / PLACES);
	rte_pktmbuf_free_bulk(packets, BURST_MAX);
	rte_mempool_free(pool);
}

static void all_buffers_are_there(void **state)
{
	struct rte_mempool *pool =
		packet_pool_create("whole", COUNT, 0, RTE_MBUF_DEFAULT_BUF_SIZE, false);
	struct rte_mbuf *packets[COUNT];

	(void)state;
	assert_non_null(pool);
	assert_int_equal(rte_pktmbuf_alloc_bulk(pool, packets, COUNT), 0);
	assert_null(rte_pktmbuf_alloc(pool));
	for (unsigned i = 0; i < COUNT; i++) {
		assert_int_equal(rte_pktmbuf_headroom(packets[i]), RTE_PKTMBUF_HEADROOM);
		assert_int_equal(rte_pktmbuf_tailroom(packets[i]), RTE_MBUF_DEFAULT_DATAROOM);
		memset(rte_pktmbuf_append(packets[i], RTE_MBUF_DEFAULT_DATAROOM), (int)i,
			RTE_MBUF_DEFAULT_DATAROOM);
	}
	for (unsigned i = 0; i < COUNT; i++)
		for (unsigned at = 0; at < RTE_MBUF_DEFAULT_DATAROOM; at++)
			assert_int_equal(rte_pktmbuf_mtod(packets[i], uint8_t *)[at], i);
	rte_pktmbuf_free_bulk(packets, COUNT);
	assert_int_equal(rte_mempool_avail_count(pool), COUNT);
	rte_mempool_free(pool);
}

/* A NIC's buffers are where it finds them: in one piece each, whatever the pages. */
static void only_without_a_nic(void **state)
{
	struct rte_mempool *pools[2];

	(void)state;
	for (unsigned dma = 0; dma < 2; dma++) {
		pools[dma] = packet_pool_create(
			dma ? "nic" : "none", COUNT, 0, RTE_MBUF_DEFAULT_BUF_SIZE, dma);
		assert_non_null(pools[dma]);
		assert_int_equal(pools[dma]->flags & RTE_MEMPOOL_F_NO_IOVA_CONTIG,
			dma ? 0 : RTE_MEMPOOL_F_NO_IOVA_CONTIG);
	}
	rte_mempool_free(pools[0]);
	rte_mempool_free(pools[1]);
}

/* And leave nothing behind: the name is free again. */
static void too_many_are_refused(void **state)
{
	struct rte_mempool *pool;

	(void)state;
	assert_null(packet_pool_create("many", 1u << 20, 0, RTE_MBUF_DEFAULT_BUF_SIZE, false));
	pool = packet_pool_create("many", COUNT, 0, RTE_MBUF_DEFAULT_BUF_SIZE, false);
	assert_non_null(pool);
	rte_mempool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, NULL, NULL, NULL}
		T("headers of a burst share no place", headers_of_a_burst_share_no_place),
		T("all buffers are there", all_buffers_are_there),
		T("only without a NIC", only_without_a_nic),
		T("too many are refused", too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, start_eal, NULL);
}
