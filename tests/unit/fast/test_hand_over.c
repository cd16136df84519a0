/* SPDX-License-Identifier: BSD-3-Clause */
/* What arrives at the wrong worker reaches the owner of its addresses, and nobody else. */
#include "hand_over.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fixture.h"

#include "fragment_maker.h"
#include "several_workers.h"

#define SPI 0x80000100u

static uint8_t frame[2048], piece[2048];

/* A plain SIP packet of a UE, which carries a number. */
static void put_numbered(const char *ue, uint32_t number)
{
	size_t len = fixture_udp(frame, ue, 5060, LOCAL, 5060, 4);

	bytes_store_be32(frame + FRAME_UDP, number);
	fixture_put(frame, len);
}

static uint32_t number_of(const struct rte_mbuf *mbuf)
{
	return bytes_load_be32(rte_pktmbuf_mtod_offset(mbuf, const uint8_t *, FRAME_UDP));
}

/* Worker w has passed those whose number is w modulo WORKERS, in their order. */
static void expect_own(unsigned w)
{
	unsigned count = fx.burst.passed;

	assert_int_equal(count, (BURST_MAX - w + WORKERS - 1) / WORKERS);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(number_of(fx.burst.pass[i]), i * WORKERS + w);
	assert_int_equal(sw.counters[w].plain_in, count);
	fixture_free_burst();
}

static void each_goes_to_its_owner(void **state)
{
	(void)state;
	for (unsigned i = 0; i < BURST_MAX; i++)
		put_numbered(several_ue(i % WORKERS, i / WORKERS), i);
	several_arrive(1, PATH_OUTSIDE);
	expect_own(1);
	several_receive(0, PATH_OUTSIDE);
	expect_own(0);
	several_receive(2, PATH_OUTSIDE);
	expect_own(2);
	assert_int_equal(sw.counters[1].handed_over, BURST_MAX - sw.counters[1].plain_in);
	assert_int_equal(sw.counters[1].taken_over, 0);
	assert_int_equal(sw.counters[0].taken_over, sw.counters[0].plain_in);
	assert_int_equal(sw.counters[2].taken_over, sw.counters[2].plain_in);
	assert_int_equal(sw.counters[0].handed_over + sw.counters[2].handed_over, 0);
	assert_int_equal(several_drops(), 0);
}

/* From inside the same worker owns it, and it leaves outside: the sides do not mix. */
static void each_side_has_its_own_ring(void **state)
{
	size_t len = fixture_udp(frame, LOCAL, 5060, several_ue(2, 0), 5060, 4);

	(void)state;
	fixture_put(frame, len);
	several_arrive(0, PATH_INSIDE);
	several_receive(2, PATH_OUTSIDE);
	assert_int_equal(fx.burst.passed, 0);
	several_receive(2, PATH_INSIDE);
	assert_int_equal(fx.burst.passed, 1);
	assert_int_equal(sw.counters[2].plain_out, 1);
}

static void ipv6_has_an_owner_too(void **state)
{
	uint8_t remote[16];

	(void)state;
	fragment_maker_add_host6();
	memcpy(remote, REMOTE6, 16);
	for (unsigned i = 0; i < 60; i++) {
		uint32_t owner;

		remote[14] = (uint8_t)i;
		owner = sa_owner_worker(&sw.owner,
			sa_owner_fold(remote, 16) ^ sa_owner_fold((const uint8_t *)LOCAL6, 16));
		fixture_put(frame,
			fragment_maker_udp6(frame, (const char *)remote, 5060, LOCAL6, 5060, 20));
		several_arrive(0, PATH_OUTSIDE);
		if (owner != 0) {
			fixture_expect(0, 0);
			several_receive(owner, PATH_OUTSIDE);
		}
		fixture_expect(0, 1);
		fixture_free_burst();
	}
	assert_true(sw.counters[0].handed_over > 20);
}

static void what_has_no_addresses_stays(void **state)
{
	uint8_t arp[WIRE_ETHER_LEN + WIRE_ARP_LEN] = {0};

	(void)state;
	bytes_store_be16(arp + WIRE_ETHER_TYPE_AT, WIRE_TYPE_ARP);
	for (unsigned w = 0; w < WORKERS; w++) {
		fixture_put(arp, sizeof(arp));
		several_arrive(w, PATH_OUTSIDE);
		fixture_expect(0, 1);
		fixture_free_burst();
		assert_int_equal(sw.counters[w].handed_over, 0);
	}
}

/* A stranger's packets take no place in a ring, whoever would own them. */
static void what_is_for_no_protected_host_stays(void **state)
{
	(void)state;
	for (unsigned owner = 0; owner < WORKERS; owner++) {
		fixture_put(frame, fixture_udp(frame, several_ue(owner, 0), 5060, OTHER, 5060, 4));
		several_arrive(0, PATH_OUTSIDE);
		fixture_put(frame, fixture_udp(frame, OTHER, 5060, several_ue(owner, 0), 5060, 4));
		several_arrive(0, PATH_INSIDE);
		fixture_free_burst();
	}
	assert_int_equal(sw.counters[0].dropped[DROP_OTHER_HOST], WORKERS);
	assert_int_equal(sw.counters[0].plain_out, WORKERS);
	assert_int_equal(sw.counters[0].handed_over, 0);
}

static void a_full_ring_drops_under_its_name(void **state)
{
	const char *theirs = several_ue(1, 0), *own = several_ue(0, 0);
	const unsigned fits = HAND_OVER_RING - 1;
	uint64_t *full = &sw.counters[0].dropped[DROP_HAND_OVER_FULL];
	unsigned number = 0;

	(void)state;
	while (*full == 0) {
		put_numbered(own, 0);
		for (unsigned i = 1; i < BURST_MAX; i++)
			put_numbered(theirs, number++);
		several_arrive(0, PATH_OUTSIDE);
		assert_int_equal(fx.burst.passed, 1); /* what is its own is not held up */
		assert_int_equal(fx.burst.dropped, *full);
		fixture_free_burst();
	}
	assert_int_equal(*full, number - fits);
	assert_int_equal(sw.counters[0].handed_over, fits);
	for (unsigned i = 0; i < fits;) {
		several_receive(1, PATH_OUTSIDE);
		assert_true(fx.burst.passed > 0);
		for (unsigned n = 0; n < fx.burst.passed; n++)
			assert_int_equal(number_of(fx.burst.pass[n]), i++);
		fixture_free_burst();
	}
	assert_int_equal(several_drops(), *full);
}

static void hand_over_a_burst(const char *ue)
{
	for (unsigned i = 0; i < BURST_MAX; i++)
		put_numbered(ue, 1);
	several_arrive(1, PATH_OUTSIDE);
	assert_int_equal(fx.burst.dropped, 0);
}

/* Two workers hand over to a third, one of them as much as it takes: neither waits behind the
 * other. */
static void busy_ring_lets_others_through(void **state)
{
	const char *ue = several_ue(0, 0);
	bool seen = false;

	(void)state;
	put_numbered(ue, 2);
	several_arrive(2, PATH_OUTSIDE);
	for (unsigned poll = 0; poll < WORKERS && !seen; poll++) {
		hand_over_a_burst(ue);
		several_receive(0, PATH_OUTSIDE);
		for (unsigned i = 0; i < fx.burst.passed; i++)
			seen |= number_of(fx.burst.pass[i]) == 2;
		fixture_free_burst();
	}
	assert_true(seen);
}

static struct rte_mbuf *put_large(const uint8_t *from, size_t len)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(fx.large);

	assert_non_null(mbuf);
	memcpy(rte_pktmbuf_append(mbuf, (uint16_t)len), from, len);
	return fx.burst.mbuf[fx.burst.count++] = mbuf;
}

static void no_large_buffer_is_on_its_way(void **state)
{
	size_t len = fixture_udp(frame, several_ue(1, 0), 5060, LOCAL, 5060, 900);

	(void)state;
	put_large(frame, len);
	several_arrive(0, PATH_OUTSIDE);
	assert_int_equal(rte_mempool_in_use_count(fx.large), 0);
	several_receive(1, PATH_OUTSIDE);
	fixture_expect(0, 1);
	assert_ptr_equal(fx.burst.pass[0]->pool, fx.pool);
	assert_int_equal(fx.burst.pass[0]->pkt_len, len);
	assert_memory_equal(rte_pktmbuf_mtod(fx.burst.pass[0], uint8_t *), frame, len);
}

static void no_buffer_left_drops(void **state)
{
	static struct rte_mbuf *all[POOL];
	size_t len = fixture_udp(frame, several_ue(1, 0), 5060, LOCAL, 5060, 900);

	(void)state;
	assert_int_equal(rte_pktmbuf_alloc_bulk(fx.pool, all, POOL), 0);
	put_large(frame, len);
	several_arrive(0, PATH_OUTSIDE);
	rte_pktmbuf_free_bulk(all, POOL);
	assert_int_equal(fx.burst.dropped, 1);
	assert_int_equal(sw.counters[0].dropped[DROP_NO_BUFFER], 1);
	assert_int_equal(sw.counters[0].handed_over, 0);
}

/* The UE's inbound SA in its owner's table. */
static struct sa_parameters add_inbound(const char *ue, uint32_t owner)
{
	struct sa_parameters sa = fixture_sa(SPI, SA_INBOUND, SA_HMAC_SHA_1_96);
	uint8_t states[2][SA_HASH_STATE_LEN] = {0};
	uint64_t handle;

	memcpy(sa.remote.bytes, ue, 4);
	icv_key_states(fx.path.icv, sa.algorithm, sa.key, states);
	assert_int_equal(sa_table_add(&sw.path[owner].table, &sa, states, &handle), 0);
	return sa;
}

/* INT-2: one window, whoever receives: the second copy is a replay. */
static void copies_at_several_workers_are_replays(void **state)
{
	const char *ue = several_ue(1, 0);
	struct sa_parameters sa = add_inbound(ue, 1);
	unsigned kept = 0;

	(void)state;
	for (uint32_t number = 1; number <= 40; number++) {
		size_t len = fixture_udp(frame, ue, PORT_UC, LOCAL, PORT_S, 30);

		len = fixture_esp(frame, len, &sa, number);
		for (unsigned w = 0; w < WORKERS; w++) {
			fixture_put(frame, len);
			several_arrive((w + number) % WORKERS, PATH_OUTSIDE);
			kept += fx.burst.count;
			fixture_free_burst();
		}
		several_receive(1, PATH_OUTSIDE);
		kept += fx.burst.count;
		fixture_free_burst();
	}
	assert_int_equal(kept, 40);
	assert_int_equal(sw.counters[1].dropped[DROP_REPLAY_DUPLICATE], 80);
	assert_int_equal(several_drops(), 80);
}

static void fragments_meet_at_their_owner(void **state)
{
	const char *ue = several_ue(2, 0);
	struct sa_parameters sa = add_inbound(ue, 2);
	size_t len = fixture_udp(frame, ue, PORT_UC, LOCAL, PORT_S, 1300);
	unsigned payload;

	(void)state;
	payload = (unsigned)fixture_esp(frame, len, &sa, 1) - WIRE_ETHER_LEN - WIRE_IPV4_LEN;
	fixture_put(piece, fragment_maker_cut(piece, frame, 7, 0, 400, FRAGMENT_MORE));
	several_arrive(0, PATH_OUTSIDE);
	fixture_put(piece, fragment_maker_cut(piece, frame, 7, 800, payload, FRAGMENT_LAST));
	several_arrive(1, PATH_OUTSIDE);
	fixture_put(piece, fragment_maker_cut(piece, frame, 7, 400, 800, FRAGMENT_MORE));
	several_arrive(2, PATH_OUTSIDE);
	fixture_expect(0, 0);
	several_receive(2, PATH_OUTSIDE);
	fixture_expect(1, 0);
	assert_int_equal(fx.burst.mbuf[0]->pkt_len, len);
	assert_int_equal(sw.counters[2].esp_in, 1);
	assert_int_equal(several_drops(), 0);
}

static void one_worker_hands_nothing_over(void **state)
{
	(void)state;
	sw.path[0].hand_over.workers = 1;
	for (unsigned w = 0; w < WORKERS; w++)
		put_numbered(several_ue(w, 0), w);
	several_arrive(0, PATH_OUTSIDE);
	fixture_expect(0, WORKERS);
	assert_int_equal(sw.counters[0].handed_over, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name, function) {name, function, several_setup, several_teardown, NULL}
		T("each packet goes to its owner, in order", each_goes_to_its_owner),
		T("each side has its own ring", each_side_has_its_own_ring),
		T("IPv6 has an owner, too", ipv6_has_an_owner_too),
		T("what has no addresses stays", what_has_no_addresses_stays),
		T("what is for no protected host stays", what_is_for_no_protected_host_stays),
		T("a full ring drops under its name", a_full_ring_drops_under_its_name),
		T("a busy ring lets others through", busy_ring_lets_others_through),
		T("no large buffer is on its way", no_large_buffer_is_on_its_way),
		T("no buffer left drops", no_buffer_left_drops),
		T("INT-2 copies at several workers are replays",
			copies_at_several_workers_are_replays),
		T("fragments at several workers meet at their owner",
			fragments_meet_at_their_owner),
		T("one worker hands nothing over", one_worker_hands_nothing_over),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
