/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_table.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../seed.h"
#include "table_fixture.h"

static void stale_handle_is_refused(void **state)
{
	struct fixture f;
	struct sa_parameters sa = inbound(256);
	uint64_t first, second;

	(void)state;
	open_table(&f, 1, 64);
	assert_int_equal(add(&f, &sa, &first), 0);
	assert_int_equal(sa_table_delete(&f.table, first), 0);
	assert_int_equal(sa_table_delete(&f.table, first), -ENOENT);
	assert_int_equal(add(&f, &sa, &second), 0);
	assert_int_not_equal(first, second);
	assert_int_equal(sa_handle_place(first), sa_handle_place(second));
	assert_int_equal(sa_handle_worker(first), 1);
	assert_int_equal(sa_table_delete(&f.table, first), -ENOENT);
	assert_non_null(find_spi(&f, 256));
	assert_int_equal(sa_table_delete(&f.table, sa_handle(0, 1, 7)), -ENOENT);
	/* Another worker's, of the same place and generation. */
	assert_int_equal(sa_table_delete(&f.table, sa_handle(sa_handle_generation(second), 0,
							   sa_handle_place(second))),
		-ENOENT);
	assert_int_equal(sa_table_delete(&f.table, UINT64_MAX), -ENOENT);
	close_table(&f);
}

static void refuses_what_is_taken_or_too_much(void **state)
{
	struct fixture f;
	struct sa_parameters in = inbound(256), out = outbound(1);
	uint64_t handle;

	(void)state;
	open_table(&f, 3, 64);
	assert_int_equal(add(&f, &in, &handle), 0);
	assert_int_equal(add(&f, &in, &handle), -EEXIST);
	assert_int_equal(add(&f, &out, &handle), 0);
	out.spi++;
	assert_int_equal(add(&f, &out, &handle), -EEXIST);
	in.spi = 255;
	assert_int_equal(add(&f, &in, &handle), -EINVAL);
	in.spi = 257;
	in.replay_window = 96;
	assert_int_equal(add(&f, &in, &handle), -EINVAL); /* wider than the table's */
	in.replay_window = 32;
	assert_int_equal(add(&f, &in, &handle), 0);
	in.spi = 258;
	assert_int_equal(add(&f, &in, &handle), -ENOSPC);
	assert_int_equal(f.table.part.head->used, 3);
	close_table(&f);
}

/* The low bits of an SPI name the place of its SA; where that is taken, the index finds it. */
static void at_home_or_elsewhere(void **state)
{
	struct sa_parameters sa = inbound(0x1005), same = inbound(0x2005), none = inbound(0x300f);
	uint64_t handles[3];
	struct fixture f;

	(void)state;
	open_table(&f, 11, 64); /* 4 bits, of which 11 … 15 name no place */
	assert_int_equal(add(&f, &sa, &handles[0]), 0);
	assert_int_equal(place_of(&f, 0x1005), 5);
	assert_null(find_spi(&f, 0x2005));
	assert_int_equal(f.table.elsewhere, 0);
	assert_int_equal(add(&f, &same, &handles[1]), 0);
	assert_int_equal(place_of(&f, 0x2005), 10);
	assert_int_equal(add(&f, &same, &handles[2]), -EEXIST);
	assert_int_equal(add(&f, &none, &handles[2]), 0);
	assert_int_equal(place_of(&f, 0x300f), 9);
	assert_int_equal(f.table.elsewhere, 2);
	assert_null(find_spi(&f, 0)); /* what a free place might be taken for */
	/* The first one goes: the second one stays where it is, and a third one moves in. */
	assert_int_equal(sa_table_delete(&f.table, handles[0]), 0);
	assert_null(find_spi(&f, 0x1005));
	assert_int_equal(place_of(&f, 0x2005), 10);
	sa.spi = 0x4005;
	assert_int_equal(add(&f, &sa, &handles[0]), 0);
	assert_int_equal(place_of(&f, 0x4005), 5);
	assert_int_equal(add(&f, &same, &handles[0]), -EEXIST);
	assert_int_equal(sa_table_delete(&f.table, handles[1]), 0);
	assert_int_equal(sa_table_delete(&f.table, handles[2]), 0);
	assert_null(find_spi(&f, 0x2005));
	assert_null(find_spi(&f, 0x300f));
	assert_int_equal(f.table.elsewhere, 0);
	close_table(&f);
}

/* Several keys of a burst, at home, elsewhere and nowhere, in one look-up. */
static void a_burst_finds_each_its_own(void **state)
{
	enum { BURST = 200 };
	uint32_t spis[BURST];
	struct sa_entry *found[BURST];
	struct fixture f;
	unsigned count = 0;

	(void)state;
	open_table(&f, 1024, 64);
	for (unsigned i = 0; i < BURST; i++) {
		/* A third each: its own home, one home for all, not there. */
		struct sa_parameters sa = inbound(i % 3 == 0 ? 0x10000 + i : 0x10400 * i + 7);
		uint64_t handle;

		spis[i] = sa.spi;
		if (i % 3 < 2)
			assert_int_equal(add(&f, &sa, &handle), 0);
		count += i % 3 < 2;
	}
	assert_int_equal(sa_table_find_inbound(&f.table, spis, BURST, found), count);
	for (unsigned i = 0; i < BURST; i++) {
		assert_int_equal(found[i] != NULL, i % 3 < 2);
		if (found[i])
			assert_int_equal(found[i]->spi, spis[i]);
	}
	close_table(&f);
}

/* INT-2: the SPI of an outbound SA finds none, whatever place that one has. */
static void outbound_spi_is_no_inbound_one(void **state)
{
	struct fixture f;
	struct sa_parameters sa = outbound(24);
	uint64_t handle;

	(void)state;
	open_table(&f, 1, 64);
	assert_int_equal(add(&f, &sa, &handle), 0);
	assert_int_equal(sa_handle_place(handle), 0);
	assert_null(find_spi(&f, sa.spi));
	close_table(&f);
}

/* RFC 3329 Appendix A: the one-pair form has two port pairs on its outbound SA. */
static void two_port_pairs_two_ways_to_one_sa(void **state)
{
	struct fixture f;
	struct sa_parameters sa = outbound(1), taken = outbound(1);
	uint64_t handle;

	(void)state;
	open_table(&f, 4, 64);
	sa.port_pairs = 2;
	sa.ports[1] = (struct sa_port_pair){6101, 5063};
	assert_int_equal(add(&f, &sa, &handle), 0);
	assert_non_null(find_flow(&f, flow_of(&sa, 0)));
	assert_ptr_equal(find_flow(&f, flow_of(&sa, 0)), find_flow(&f, flow_of(&sa, 1)));
	/* The second pair is taken: nothing of the first one stays behind. */
	taken.ports[0] = (struct sa_port_pair){6102, 5064};
	taken.ports[1] = sa.ports[1];
	taken.port_pairs = 2;
	assert_int_equal(add(&f, &taken, &handle), -EEXIST);
	assert_null(find_flow(&f, flow_of(&taken, 0)));
	/* port2 absent = port1: the two pairs may be the same. */
	taken.ports[1] = taken.ports[0];
	assert_int_equal(add(&f, &taken, &handle), 0);
	assert_int_equal(sa_table_delete(&f.table, handle), 0);
	assert_null(find_flow(&f, flow_of(&taken, 0)));
	assert_non_null(find_flow(&f, flow_of(&sa, 1)));
	close_table(&f);
}

/* SAs of one pair of addresses for any port, beside one with both: the closest one takes a flow,
 * and each goes without the others. */
static void any_port_yields_to_the_closer_one(void **state)
{
	static const struct sa_port_pair pairs[] = {{6100, 5062}, {6100, 0}, {0, 5062}, {0, 0}};
	static const struct {
		struct sa_port_pair ports;
		unsigned takers[4]; /* of pairs, the closest first; 4: none */
	} flows[] = {{{6100, 5062}, {0, 1, 2, 3}}, {{6100, 7}, {1, 3, 4, 4}},
		{{7, 5062}, {2, 3, 4, 4}}, {{7, 7}, {3, 4, 4, 4}}, {{0, 5062}, {2, 3, 4, 4}},
		{{0, 0}, {3, 4, 4, 4}}};
	struct sa_parameters stranger = outbound(2);
	uint64_t handles[4];
	struct fixture f;

	(void)state;
	open_table(&f, 64, 64);
	for (unsigned present = 0; present < 16; present++) {
		for (unsigned i = 0; i < 4; i++) {
			struct sa_parameters sa = outbound(1);

			sa.ports[0] = pairs[i];
			if (present >> i & 1) {
				assert_int_equal(add(&f, &sa, &handles[i]), 0);
				assert_int_equal(add(&f, &sa, &handles[i]), -EEXIST);
			}
		}
		for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
			struct sa_parameters sa = outbound(1);
			const unsigned *taker = flows[i].takers;
			struct sa_entry *found;

			sa.ports[0] = flows[i].ports;
			while (*taker < 4 && !(present >> *taker & 1))
				taker++;
			found = find_flow(&f, flow_of(&sa, 0));
			assert_int_equal(found != NULL, *taker < 4);
			if (found)
				assert_int_equal(sa_table_handle(&f.table, found), handles[*taker]);
		}
		/* Another UE's flows are nobody's. */
		assert_null(find_flow(&f, flow_of(&stranger, 0)));
		for (unsigned i = 0; i < 4; i++)
			if (present >> i & 1)
				assert_int_equal(sa_table_delete(&f.table, handles[i]), 0);
		for (unsigned i = 0; i < SA_TABLE_ANY_KINDS; i++)
			assert_int_equal(f.table.any_port[i], 0);
	}
	close_table(&f);
}

/* Labs and other P-CSCFs choose SPIs by their own patterns. */
static void any_pattern_of_spis_fills_the_table(void **state)
{
	static const struct {
		uint32_t start, step;
	} patterns[] = {{256, 1}, {256, 4096}, {0x10000, 0x10000}, {UINT32_MAX, (uint32_t)-1},
		{0x100, 0x01000193}};
	struct fixture f;

	(void)state;
	for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); p++) {
		open_table(&f, CAPACITY, 64);
		for (uint32_t i = 0; i < CAPACITY; i++) {
			struct sa_parameters sa = inbound(patterns[p].start + i * patterns[p].step);
			uint64_t handle;

			assert_int_equal(add(&f, &sa, &handle), 0);
		}
		for (uint32_t i = 0; i < CAPACITY; i++) {
			uint32_t spi = patterns[p].start + i * patterns[p].step;

			assert_non_null(find_spi(&f, spi));
			assert_int_equal(find_spi(&f, spi)->spi, spi);
		}
		close_table(&f);
	}
}

static void random_life_as_a_naive_model(void **state)
{
	static struct {
		uint64_t handle;
		bool present;
	} in[CAPACITY], out[CAPACITY];
	uint64_t seed;
	struct random random = seed_random(&seed);
	uint32_t used = 0, spis[CAPACITY];
	struct sa_flow flows[CAPACITY];
	struct sa_entry *found[CAPACITY];
	struct fixture f;

	(void)state;
	open_table(&f, CAPACITY, 64);
	for (unsigned step = 0; step < 100000; step++) {
		uint32_t i = random_u32(&random) % CAPACITY;
		bool inward = random_u32(&random) & 1;
		struct sa_parameters sa = inward ? inbound(256 + i) : outbound(i);
		uint64_t *handle = inward ? &in[i].handle : &out[i].handle;
		bool *present = inward ? &in[i].present : &out[i].present;

		if (*present) {
			assert_int_equal(sa_table_delete(&f.table, *handle), 0);
			*present = false;
			used--;
		} else if (used == CAPACITY) {
			assert_int_equal(add(&f, &sa, handle), -ENOSPC);
		} else {
			assert_int_equal(add(&f, &sa, handle), 0);
			*present = true;
			used++;
		}
		assert_int_equal(f.table.part.head->used, used);
	}
	for (uint32_t i = 0; i < CAPACITY; i++) {
		struct sa_parameters sa = outbound(i);

		spis[i] = 256 + i;
		flows[i] = flow_of(&sa, 0);
	}
	sa_table_find_inbound(&f.table, spis, CAPACITY, found);
	for (uint32_t i = 0; i < CAPACITY; i++) {
		assert_int_equal(found[i] != NULL, in[i].present);
		if (found[i])
			assert_int_equal(sa_table_handle(&f.table, found[i]), in[i].handle);
	}
	sa_table_find_outbound(&f.table, flows, CAPACITY, found);
	for (uint32_t i = 0; i < CAPACITY; i++) {
		assert_int_equal(found[i] != NULL, out[i].present);
		if (found[i])
			assert_int_equal(sa_table_handle(&f.table, found[i]), out[i].handle);
	}
	close_table(&f);
}

static void flush_goes_in_slices(void **state)
{
	struct fixture f;
	uint32_t next = 0, deleted, sum = 0, slices = 0;

	(void)state;
	open_table(&f, CAPACITY, 64);
	for (uint32_t i = 0; i < 1000; i++) {
		struct sa_parameters sa = i % 2 ? inbound(256 + i) : outbound(i);
		uint64_t handle;

		assert_int_equal(add(&f, &sa, &handle), 0);
	}
	while (next < CAPACITY) {
		next = sa_table_flush(&f.table, next, 1000, 0, &deleted);
		sum += deleted;
		slices++;
	}
	assert_int_equal(sum, 1000);
	assert_int_equal(slices, 5);
	assert_int_equal(f.table.part.head->used, 0);
	for (uint32_t i = 0; i < 1000; i++)
		assert_null(find_spi(&f, 256 + i));
	close_table(&f);
}

static void deleted_hash_states_are_wiped(void **state)
{
	static const uint8_t zero[SA_HASH_STATE_LEN];
	struct fixture f;
	struct sa_parameters sa = inbound(256);
	struct sa_entry *entry;
	uint64_t handle;

	(void)state;
	open_table(&f, 4, 64);
	assert_int_equal(add(&f, &sa, &handle), 0);
	entry = find_spi(&f, 256);
	assert_int_equal(entry->inner[0], 0x11);
	assert_int_equal(sa_table_delete(&f.table, handle), 0);
	assert_memory_equal(entry->inner, zero, sizeof(zero));
	assert_memory_equal(entry->outer, zero, sizeof(zero));
	close_table(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-SPI stale handle is refused", stale_handle_is_refused, NULL, NULL, NULL},
		{"P-TBL refuses what is taken or too much", refuses_what_is_taken_or_too_much, NULL,
			NULL, NULL},
		cmocka_unit_test(at_home_or_elsewhere),
		cmocka_unit_test(a_burst_finds_each_its_own),
		{"INT-2 an outbound SPI is no inbound one", outbound_spi_is_no_inbound_one, NULL,
			NULL, NULL},
		{"P-SEC two port pairs, two ways to one SA", two_port_pairs_two_ways_to_one_sa,
			NULL, NULL, NULL},
		{"P-USE any port yields to the closer one", any_port_yields_to_the_closer_one, NULL,
			NULL, NULL},
		{"P-SPI any pattern of SPIs fills the table", any_pattern_of_spis_fills_the_table,
			NULL, NULL, NULL},
		cmocka_unit_test(random_life_as_a_naive_model),
		cmocka_unit_test(flush_goes_in_slices),
		{"INT-5 deleted hash states are wiped", deleted_hash_states_are_wiped, NULL, NULL,
			NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
