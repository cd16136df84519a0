/* SPDX-License-Identifier: BSD-3-Clause */
/* Several workers: a set goes to the one that owns its addresses, and so does all that follows. */
#include "sa_client.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "sa_handle.h"
#include "sa_home.h"
#include "sa_owner.h"

#define WORKERS    3
#define RING       16
#define TIMEOUT_MS 2000
#define CAPACITY   4
#define UES        200

static struct {
	struct sa_channel *channel;
	struct sa_client *client;
	struct timer_queue timers;
	struct sa_owner owner;
	uint64_t now_ms, seed;
	unsigned told; /* calls of added, known, used */
	int status;    /* of the last one */
} t;

static uint64_t held_now(void *context)
{
	(void)context;
	return t.now_ms;
}

static void told(void *context, int status)
{
	(void)context;
	t.told++;
	t.status = status;
}

static void used(void *context)
{
	++*(unsigned *)context;
}

/* A command of this type waits in the worker's ring, and is answered. */
static struct sa_command answer(
	uint32_t worker, enum sa_command_type type, uint64_t handle, int status)
{
	struct sa_event event = {.type = SA_EVENT_ACKNOWLEDGED, .handle = handle, .status = status};
	struct sa_command command;

	assert_true(sa_channel_peek_command(t.channel, worker, &command));
	assert_int_equal(command.type, type);
	event.cookie = command.cookie;
	assert_true(sa_channel_send_event(t.channel, worker, &event));
	sa_channel_consume_command(t.channel, worker);
	sa_client_poll(t.client);
	return command;
}

static bool has_command(uint32_t worker)
{
	struct sa_command command;

	return sa_channel_peek_command(t.channel, worker, &command);
}

static void assert_no_command(void)
{
	for (uint32_t w = 0; w < WORKERS; w++)
		assert_false(has_command(w));
}

static int open_client(void **state)
{
	const struct sa_channel_size size = {.workers = WORKERS, .commands = RING, .events = RING};
	struct sa_client_settings settings = {.timers = &t.timers,
		.random = random_seeded(&t.seed),
		.capacity = CAPACITY,
		.timeout_ms = TIMEOUT_MS};
	int fd;

	(void)state;
	t.now_ms = 1000;
	t.seed = 42;
	t.told = 0;
	timer_queue_init(&t.timers, (struct clock){.now_ms = held_now});
	assert_int_equal(sa_channel_create(&size, &fd), 0);
	assert_int_equal(sa_channel_map(fd, &t.channel), 0);
	close(fd);
	for (uint32_t w = 0; w < WORKERS; w++)
		sa_channel_resume_worker(t.channel, w);
	sa_owner_init(&t.owner, WORKERS);
	settings.channel = t.channel;
	assert_int_equal(sa_client_create(&settings, &t.client), 0);
	return 0;
}

/* The flush, with which a client begins, has gone to each. */
static int open_flushed(void **state)
{
	open_client(state);
	sa_client_start(t.client);
	sa_client_flush(t.client);
	for (uint32_t w = 0; w < WORKERS; w++)
		answer(w, SA_COMMAND_FLUSH, 0, 0);
	return 0;
}

static int close_client(void **state)
{
	(void)state;
	sa_client_destroy(t.client);
	sa_channel_unmap(t.channel);
	return 0;
}

/* Inbound and outbound of one UE. */
static void make_pair(unsigned ue, struct sa_parameters sas[2])
{
	for (unsigned i = 0; i < 2; i++)
		sas[i] = (struct sa_parameters){.spi = 1000 + 2 * ue + i,
			.direction = i == 0 ? SA_INBOUND : SA_OUTBOUND,
			.local = {{203, 0, 113, 9}, NET_IPV4},
			.remote = {{10, 0, (uint8_t)(ue >> 8), (uint8_t)ue}, NET_IPV4}};
}

/* The first UE that this worker owns. */
static unsigned ue_of(uint32_t worker)
{
	for (unsigned ue = 0; ue < UES; ue++) {
		struct sa_parameters sas[2];

		make_pair(ue, sas);
		if (sa_owner_of(&t.owner, &sas[0]) == worker)
			return ue;
	}
	fail_msg("no UE of worker %u", worker);
	return 0;
}

/* Worker w has taken the pair of a UE of its own, with two handles from place on. */
static void add_pair(uint32_t w, uint32_t place, struct sa_add *add)
{
	struct sa_parameters sas[2];

	make_pair(ue_of(w), sas);
	assert_int_equal(sa_client_add(t.client, sas, 2, add, told, NULL), 0);
	answer(w, SA_COMMAND_ADD, sa_handle(1, w, place), 0);
	answer(w, SA_COMMAND_ADD, sa_handle(1, w, place + 1), 0);
	assert_int_equal(t.status, 0);
}

static void a_set_goes_to_its_owner(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (unsigned ue = 0; ue < UES; ue++) {
		struct sa_parameters sas[2];
		struct sa_add add;
		uint32_t worker;

		make_pair(ue, sas);
		worker = sa_owner_of(&t.owner, &sas[0]);
		seen |= 1u << worker;
		assert_int_equal(sa_client_add(t.client, sas, 2, &add, told, NULL), 0);
		for (unsigned i = 0; i < 2; i++) {
			struct sa_command command = answer(
				worker, SA_COMMAND_ADD, sa_handle(ue, worker, 2 * ue + i), 0);

			assert_int_equal(command.parameters.spi, sas[i].spi);
		}
		assert_no_command();
		assert_int_equal(t.told, ue + 1);
		assert_int_equal(t.status, 0);
	}
	assert_int_equal(seen, (1u << WORKERS) - 1);
}

static void goes_where_it_lives(void **state)
{
	(void)state;
	for (uint32_t w = 0; w < WORKERS; w++) {
		struct sa_add add;

		add_pair(w, 8, &add);
		sa_client_delete(t.client, add.handles, 2);
		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(answer(w, SA_COMMAND_DELETE, add.handles[i], 0).handle,
				sa_handle(1, w, 8 + i));
		assert_no_command();
	}
}

static void what_comes_too_late_is_deleted_where_it_lives(void **state)
{
	struct sa_parameters sas[2];
	struct sa_add add;

	(void)state;
	make_pair(ue_of(2), sas);
	assert_int_equal(sa_client_add(t.client, sas, 1, &add, told, NULL), 0);
	t.now_ms += TIMEOUT_MS;
	timer_queue_run(&t.timers);
	assert_int_equal(t.status, -ETIMEDOUT);
	answer(2, SA_COMMAND_ADD, sa_handle(5, 2, 77), 0);
	assert_int_equal(answer(2, SA_COMMAND_DELETE, 0, 0).handle, sa_handle(5, 2, 77));
	assert_no_command();
}

static void usage_asks_each_owner(void **state)
{
	const uint64_t handles[] = {sa_handle(1, 0, 5), sa_handle(1, 2, 5), sa_handle(1, 1, 5)};
	struct sa_usage usage;

	(void)state;
	assert_int_equal(sa_client_usage(t.client, handles, 3, &usage, told, NULL), 0);
	assert_int_equal(answer(1, SA_COMMAND_USAGE, 0, 0).handle, handles[2]);
	assert_int_equal(answer(0, SA_COMMAND_USAGE, 0, 0).handle, handles[0]);
	assert_int_equal(t.told, 0);
	assert_int_equal(answer(2, SA_COMMAND_USAGE, 0, 0).handle, handles[1]);
	assert_int_equal(t.told, 1);
	assert_int_equal(t.status, 0);
}

static void first_use_tells_places_of_two_workers_apart(void **state)
{
	struct sa_event event = {.type = SA_EVENT_FIRST_USE, .handle = sa_handle(1, 1, 8)};
	struct sa_add adds[WORKERS];
	unsigned uses[WORKERS] = {0};

	(void)state;
	for (uint32_t w = 0; w < WORKERS; w++) {
		add_pair(w, 8, &adds[w]);
		sa_client_watch(t.client, &adds[w], 0, used, &uses[w]);
	}
	assert_true(sa_channel_send_event(t.channel, 1, &event));
	sa_client_poll(t.client);
	assert_int_equal(uses[0] + uses[2], 0);
	assert_int_equal(uses[1], 1);
	sa_client_cancel(t.client, &adds[0]);
	sa_client_cancel(t.client, &adds[2]);
}

static void a_full_ring_holds_up_its_own_worker_only(void **state)
{
	uint64_t handles[RING + 1];
	struct sa_parameters sas[2];
	struct sa_client_gauges gauges;
	struct sa_add full, free_;

	(void)state;
	for (unsigned i = 0; i < RING + 1; i++)
		handles[i] = sa_handle(1, 0, i);
	sa_client_delete(t.client, handles, RING + 1);
	sa_client_gauge(t.client, &gauges);
	assert_int_equal(gauges.deletions, 1);
	make_pair(ue_of(0), sas);
	assert_int_equal(sa_client_add(t.client, sas, 2, &full, told, NULL), -EAGAIN);
	add_pair(1, 0, &free_);
	for (unsigned i = 0; i < RING + 1; i++)
		assert_int_equal(answer(0, SA_COMMAND_DELETE, 0, 0).handle, handles[i]);
	assert_no_command();
}

static void a_client_that_starts_flushes_every_worker(void **state)
{
	(void)state;
	sa_client_poll(t.client);
	assert_no_command();
	sa_client_start(t.client);
	sa_client_flush(t.client);
	for (uint32_t w = 0; w < WORKERS; w++)
		answer(w, SA_COMMAND_FLUSH, 0, 0);
	assert_no_command();
}

/* More of them than the ring takes: all go down before the flush, and nothing overtakes it. */
static void what_is_kept_goes_before_the_flush(void **state)
{
	struct sa_parameters sas[2];
	struct sa_add adds[RING], add;
	uint32_t places = 0;

	(void)state;
	for (unsigned i = 0; i < RING; i++) {
		const uint64_t handles[] = {sa_handle(7, 0, places), sa_handle(8, 0, places + 1)};

		places += 2;
		assert_int_equal(sa_client_keep(t.client, handles, 2, &adds[i], told, NULL), 0);
	}
	make_pair(ue_of(0), sas);
	assert_int_equal(sa_client_add(t.client, sas, 2, &add, told, NULL), -EAGAIN);
	sa_client_start(t.client);
	sa_client_flush(t.client);
	assert_int_equal(sa_client_add(t.client, sas, 2, &add, told, NULL), -EAGAIN);
	for (uint32_t place = 0; place < places; place++) {
		struct sa_command command =
			answer(0, SA_COMMAND_KEEP, sa_handle(7 + place % 2, 0, place), 0);

		assert_true(command.handle == sa_handle(7 + place % 2, 0, place));
		assert_int_equal(command.epoch, sa_channel_epoch(t.channel));
		assert_int_equal(t.told, (place + 1) / 2);
	}
	assert_int_equal(t.status, 0);
	assert_int_equal(answer(0, SA_COMMAND_FLUSH, 0, 0).epoch, sa_channel_epoch(t.channel));
	add_pair(0, places, &add);
}

/* One SA is gone: the other ones of its set go, too. */
static void a_set_is_kept_whole_or_not_at_all(void **state)
{
	const uint64_t handles[] = {sa_handle(7, 1, 0), sa_handle(7, 1, 1), sa_handle(7, 1, 2)};
	const uint64_t others[] = {sa_handle(7, 1, 0), sa_handle(7, 2, 1)},
		       nobodys[] = {sa_handle(7, WORKERS, 0)};
	struct sa_add add;

	(void)state;
	assert_int_equal(sa_client_keep(t.client, others, 2, &add, told, NULL), -EINVAL);
	assert_int_equal(sa_client_keep(t.client, nobodys, 1, &add, told, NULL), -EINVAL);
	assert_int_equal(sa_client_keep(t.client, handles, 0, &add, told, NULL), -EINVAL);
	assert_int_equal(sa_client_keep(t.client, handles, 3, &add, told, NULL), 0);
	sa_client_start(t.client);
	sa_client_flush(t.client);
	assert_int_equal(sa_client_keep(t.client, handles, 3, &add, told, NULL), -EBUSY);
	/* However long the data plane is away. */
	t.now_ms += 10 * TIMEOUT_MS;
	timer_queue_run(&t.timers);
	assert_int_equal(t.told, 0);
	answer(1, SA_COMMAND_KEEP, handles[0], 0);
	answer(1, SA_COMMAND_KEEP, handles[1], -ENOENT);
	assert_int_equal(t.told, 0);
	answer(1, SA_COMMAND_KEEP, handles[2], 0);
	assert_int_equal(t.told, 1);
	assert_int_equal(t.status, -ENOENT);
	answer(1, SA_COMMAND_FLUSH, 0, 0);
	assert_true(answer(1, SA_COMMAND_DELETE, 0, 0).handle == handles[0]);
	assert_true(answer(1, SA_COMMAND_DELETE, 0, 0).handle == handles[2]);
}

/* What is kept, and given up before the start, is no reason to begin. */
static void nothing_goes_down_before_the_start(void **state)
{
	const uint64_t handles[] = {sa_handle(7, 1, 0), sa_handle(7, 1, 1)};
	struct sa_add adds[2];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(sa_client_keep(t.client, &handles[i], 1, &adds[i], told, NULL), 0);
		if (i == 0) {
			sa_client_leave(t.client, &adds[0]);
			sa_client_delete(t.client, &handles[0], 1);
		}
		sa_client_poll(t.client);
		assert_no_command();
	}
	sa_client_start(t.client);
	sa_client_flush(t.client);
	assert_true(answer(1, SA_COMMAND_KEEP, handles[0], 0).handle == handles[0]);
	assert_true(answer(1, SA_COMMAND_KEEP, handles[1], 0).handle == handles[1]);
	assert_true(answer(1, SA_COMMAND_DELETE, 0, 0).handle == handles[0]);
	answer(1, SA_COMMAND_FLUSH, 0, 0);
	assert_false(has_command(1));
	assert_int_equal(t.told, 1);
	assert_int_equal(t.status, 0);
}

/* A predecessor that has just started, too, had asked to keep what this one keeps. */
static void an_answer_to_a_predecessor_deletes_nothing(void **state)
{
	const uint64_t handle = sa_handle(7, 1, 0);
	struct sa_event event = {.cookie = 4, .type = SA_EVENT_ACKNOWLEDGED, .handle = handle};
	struct sa_add add;

	(void)state;
	assert_int_equal(sa_client_keep(t.client, &handle, 1, &add, told, NULL), 0);
	sa_client_start(t.client);
	sa_client_flush(t.client);
	assert_true(sa_channel_send_event(t.channel, 1, &event));
	sa_client_poll(t.client);
	answer(1, SA_COMMAND_KEEP, handle, 0);
	assert_true(sa_channel_send_event(t.channel, 1, &event));
	sa_client_poll(t.client);
	answer(1, SA_COMMAND_FLUSH, 0, 0);
	assert_false(has_command(1));
	assert_int_equal(t.told, 1);
	assert_int_equal(t.status, 0);
}

/* Between start and flush, what is added may take over what a predecessor had: it says who adds. */
static void what_is_added_goes_before_the_flush(void **state)
{
	struct sa_parameters sas[2];
	struct sa_add add;

	(void)state;
	sa_client_start(t.client);
	make_pair(ue_of(1), sas);
	assert_int_equal(sa_client_add(t.client, sas, 1, &add, told, NULL), 0);
	sa_client_flush(t.client);
	assert_int_equal(answer(1, SA_COMMAND_ADD, sa_handle(9, 1, 3), 0).epoch,
		sa_channel_epoch(t.channel));
	assert_int_equal(t.told, 1);
	assert_true(add.handles[0] == sa_handle(9, 1, 3));
	answer(1, SA_COMMAND_FLUSH, 0, 0);
}

/* The places that the next SPIs for a UE of this worker name: a bit each. */
static unsigned named_places(uint32_t worker)
{
	struct sa_parameters sas[2];
	uint32_t spis[CAPACITY + 1];
	unsigned places = 0, count = 0;
	struct sa_client_gauges gauges;

	make_pair(ue_of(worker), sas);
	while ((spis[count] = sa_client_choose_spi(
			t.client, &sas[0].local, &sas[0].remote, NULL, 0)) != 0)
		places |= 1u << sa_home(spis[count++], sa_home_bits(CAPACITY));
	sa_client_gauge(t.client, &gauges);
	assert_int_equal(gauges.spis, count);
	while (count-- > 0)
		sa_client_release_spi(t.client, &sas[0].local, &sas[0].remote, spis[count]);
	return places;
}

/* From the acknowledgement to the deletion a place is in use, in its own worker's table. */
static void spis_name_places_that_are_free(void **state)
{
	struct sa_parameters sas[2];
	struct sa_add add;

	(void)state;
	assert_int_equal(named_places(1), 0xf);
	add_pair(1, 2, &add);
	assert_int_equal(named_places(1), 0x3);
	assert_int_equal(named_places(0), 0xf);
	sa_client_delete(t.client, &add.handles[0], 1);
	assert_int_equal(named_places(1), 0x7);
	/* What comes for nobody is deleted, and so leaves its place. */
	make_pair(ue_of(1), sas);
	assert_int_equal(sa_client_add(t.client, sas, 1, &add, told, NULL), 0);
	sa_client_cancel(t.client, &add);
	answer(1, SA_COMMAND_DELETE, 0, 0);
	answer(1, SA_COMMAND_ADD, sa_handle(1, 1, 0), 0);
	assert_int_equal(named_places(1), 0x7);
	/* One that was refused has none. */
	assert_int_equal(sa_client_add(t.client, sas, 1, &add, told, NULL), 0);
	answer(1, SA_COMMAND_DELETE, 0, 0);
	answer(1, SA_COMMAND_ADD, sa_handle(1, 1, 1), -EEXIST);
	assert_int_equal(named_places(1), 0x7);
}

#define CASE(name, function, open)                       \
	{                                                \
		name, function, open, close_client, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("a client that starts flushes every worker",
			a_client_that_starts_flushes_every_worker, open_client),
		CASE("INT-4 what is kept goes before the flush", what_is_kept_goes_before_the_flush,
			open_client),
		CASE("INT-4 a set is kept whole or not at all", a_set_is_kept_whole_or_not_at_all,
			open_client),
		CASE("INT-4 nothing goes down before the start", nothing_goes_down_before_the_start,
			open_client),
		CASE("INT-4 an answer to a predecessor deletes nothing",
			an_answer_to_a_predecessor_deletes_nothing, open_client),
		CASE("INT-6 what is added goes before the flush",
			what_is_added_goes_before_the_flush, open_client),
		CASE("a set goes to its owner", a_set_goes_to_its_owner, open_flushed),
		CASE("a deletion goes where the SA lives", goes_where_it_lives, open_flushed),
		CASE("what comes too late is deleted where it lives",
			what_comes_too_late_is_deleted_where_it_lives, open_flushed),
		CASE("P-SPI SPIs name places that are free", spis_name_places_that_are_free,
			open_flushed),
		CASE("usage asks each owner", usage_asks_each_owner, open_flushed),
		CASE("first use tells places of two workers apart",
			first_use_tells_places_of_two_workers_apart, open_flushed),
		CASE("a full ring holds up its own worker only",
			a_full_ring_holds_up_its_own_worker_only, open_flushed),
	};

	return cmocka_run_group_tests_name("sa_client", tests, NULL, NULL);
}
