/* SPDX-License-Identifier: BSD-3-Clause */
/* What outlives the process that wrote it. */
#include "sa_memory.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "table_fixture.h"

/* Another process takes the table over. */
static void succeed(struct fixture *fixture)
{
	struct sa_memory *view;

	assert_int_equal(sa_memory_map(fixture->fd, &view), 0);
	sa_table_attach(&fixture->table, sa_memory_part(view, 1));
	sa_memory_unmap(fixture->memory);
	fixture->memory = view;
}

static void successor_finds_those_elsewhere(void **state)
{
	static const uint32_t spis[] = {0x1005, 0x2005, 0x3005, 0x400f};
	struct sa_parameters out = outbound(1);
	uint64_t handles[4], handle;
	struct fixture f;

	(void)state;
	open_table(&f, 11, 64); /* 4 bits, of which 11 … 15 name no place */
	for (unsigned i = 0; i < 4; i++) {
		struct sa_parameters sa = inbound(spis[i]);

		assert_int_equal(add(&f, &sa, &handles[i]), 0);
	}
	assert_int_equal(add(&f, &out, &handle), 0);
	succeed(&f);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(place_of(&f, spis[i]), sa_handle_place(handles[i]));
		assert_int_equal(sa_table_delete(&f.table, handles[i]), 0);
		assert_null(find_spi(&f, spis[i]));
	}
	assert_int_equal(f.table.elsewhere, 0);
	assert_int_equal(sa_table_delete(&f.table, handle), 0);
	for (unsigned i = 0; i < 11; i++) {
		struct sa_parameters sa = inbound(0x5005 + i * 16);

		assert_int_equal(add(&f, &sa, &handle), 0);
	}
	close_table(&f);
}

static void successor_finds_all_as_it_was(void **state)
{
	struct fixture f;
	struct sa_parameters in = inbound(256), out = outbound(1), half = inbound(300);
	uint64_t in_handle, out_handle, half_handle;
	struct sa_entry *entry;

	(void)state;
	open_table(&f, CAPACITY, 1024);
	in.replay_window = 1024;
	assert_int_equal(add(&f, &in, &in_handle), 0);
	assert_int_equal(add(&f, &out, &out_handle), 0);
	assert_int_equal(add(&f, &half, &half_handle), 0);
	entry = find_spi(&f, 256);
	entry->top = 77;
	sa_table_window(&f.table, entry)[15] = 0xfeed;
	find_flow(&f, flow_of(&out, 0))->top = 4711;
	find_spi(&f, 300)->state = SA_ENTRY_FREE; /* as if it had died while adding */

	succeed(&f);
	entry = find_spi(&f, 256);
	assert_non_null(entry);
	assert_int_equal(entry->top, 77);
	assert_int_equal(sa_table_window(&f.table, entry)[15], 0xfeed);
	assert_int_equal(find_flow(&f, flow_of(&out, 0))->top, 4711);
	assert_null(find_spi(&f, 300));
	assert_int_equal(f.table.part.head->used, 2);
	assert_int_equal(sa_table_delete(&f.table, half_handle), -ENOENT);
	assert_int_equal(sa_table_delete(&f.table, in_handle), 0);
	assert_int_equal(sa_table_delete(&f.table, out_handle), 0);
	/* A place that was used before starts with a clean window. */
	for (uint32_t i = 0; i < CAPACITY; i++) {
		in.spi = 256 + i;
		assert_int_equal(add(&f, &in, &in_handle), 0);
		entry = find_spi(&f, 256 + i);
		assert_int_equal(entry->top, 0);
		assert_int_equal(sa_table_window(&f.table, entry)[15], 0);
	}
	close_table(&f);
}

static void memory_of_another_kind_is_refused(void **state)
{
	static const struct sa_memory_size bad[] = {{0, 1, 64}, {1, 0, 64},
		{1, SA_CAPACITY_MAX + 1, 64}, {1, 1, 0}, {1, 1, 33}, {1, 1, 1056}};
	const struct sa_memory_size size = {.workers = 1, .capacity = 10, .replay_window = 64};
	uint32_t other = 96;
	struct sa_memory *memory;
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sa_memory_create(&bad[i], &fd), -EINVAL);
	assert_int_equal(sa_memory_create(&size, &fd), 0);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(pwrite(fd, &other, 4, 8), 4); /* octets per entry */
	assert_int_equal(sa_memory_map(fd, &memory), -EPROTO);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"INT-6 a successor finds all as it was", successor_finds_all_as_it_was, NULL, NULL,
			NULL},
		{"INT-6 a successor finds those elsewhere", successor_finds_those_elsewhere, NULL,
			NULL, NULL},
		cmocka_unit_test(memory_of_another_kind_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
