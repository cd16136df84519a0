/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_channel.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_ring.h>

#include "sa_channel_memory.h"

#define COMMANDS 8
#define EVENTS   16
#define ROUNDS   200000

static const struct sa_channel_size two_workers = {
	.workers = 2, .commands = COMMANDS, .events = EVENTS};

static int create(const struct sa_channel_size *size)
{
	int fd;

	assert_int_equal(sa_channel_create(size, &fd), 0);
	return fd;
}

static struct sa_channel *map(int fd)
{
	struct sa_channel *channel;

	assert_int_equal(sa_channel_map(fd, &channel), 0);
	return channel;
}

/* Up to max, as a worker that answers later. */
static unsigned take(
	struct sa_channel *channel, uint32_t worker, struct sa_command *out, unsigned max)
{
	unsigned count = sa_channel_peek_commands(channel, worker, out, max);

	for (unsigned i = 0; i < count; i++)
		sa_channel_consume_command(channel, worker);
	return count;
}

static void refuses_bad_sizes(void **state)
{
	static const struct sa_channel_size bad[] = {{0, 8, 8}, {65, 8, 8}, {1, 0, 8}, {1, 7, 8},
		{1, 8, 12}, {1, 16, 8}, {1, 1u << 31, 8}};
	int fd = -1;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sa_channel_create(&bad[i], &fd), -EINVAL);
	assert_int_equal(fd, -1);
}

static void refuses_foreign_memory(void **state)
{
	struct sa_channel *channel;
	int fd = memfd_create("foreign", 0), good = create(&two_workers);
	uint32_t version = 99;
	struct stat status;

	(void)state;
	assert_int_equal(sa_channel_map(fd, &channel), -EPROTO);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	assert_int_equal(sa_channel_map(fd, &channel), -EPROTO);
	assert_int_equal(pwrite(good, &version, 4, 4), 4);
	assert_int_equal(sa_channel_map(good, &channel), -EPROTO);
	assert_int_equal(fstat(good, &status), 0);
	assert_int_equal(ftruncate(good, status.st_size / 2), -1); /* sealed */
	assert_int_equal(sa_channel_map(-1, &channel), -EBADF);
	close(fd);
	close(good);
}

static void full_ring_takes_all_or_none(void **state)
{
	int fd = create(&two_workers);
	struct sa_channel *channel = map(fd);
	struct sa_command commands[COMMANDS + 1] = {0}, got[COMMANDS + 1];
	struct sa_event event = {.cookie = 1};

	(void)state;
	assert_false(sa_channel_send_commands(channel, 0, commands, COMMANDS + 1));
	assert_true(sa_channel_send_commands(channel, 0, commands, COMMANDS - 1));
	assert_false(sa_channel_send_commands(channel, 0, commands, 2));
	assert_true(sa_channel_send_commands(channel, 0, commands, 1));
	assert_int_equal(take(channel, 1, got, COMMANDS), 0);
	assert_int_equal(take(channel, 0, got, COMMANDS + 1), COMMANDS);
	for (unsigned i = 0; i < EVENTS; i++) {
		assert_int_equal(sa_channel_event_room(channel, 1), EVENTS - i);
		assert_true(sa_channel_send_event(channel, 1, &event));
	}
	assert_false(sa_channel_send_event(channel, 1, &event));
	sa_channel_unmap(channel);
	close(fd);
}

/* Whoever reads the memory later finds no key in it. */
static void received_keys_are_wiped(void **state)
{
	int fd = create(&two_workers);
	struct sa_channel *channel = map(fd);
	struct sa_command command = {.type = SA_COMMAND_ADD}, got[3];
	struct stat status;
	uint8_t *memory;

	(void)state;
	memcpy(command.parameters.key, "0123456789abcdefghij", SA_KEY_MAX);
	assert_int_equal(fstat(fd, &status), 0);
	memory = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(memory, MAP_FAILED);
	/* More than twice round, in threes: the burst that wraps is among them. */
	for (unsigned i = 0; i < 3 * COMMANDS; i++) {
		for (unsigned j = 0; j < 3; j++)
			assert_true(sa_channel_send_commands(channel, 1, &command, 1));
		assert_non_null(memmem(memory, (size_t)status.st_size, command.parameters.key, 20));
		assert_int_equal(take(channel, 1, got, 3), 3);
		for (unsigned j = 0; j < 3; j++)
			assert_memory_equal(&got[j], &command, sizeof(command));
		assert_null(memmem(memory, (size_t)status.st_size, command.parameters.key, 20));
	}
	munmap(memory, (size_t)status.st_size);
	sa_channel_unmap(channel);
	close(fd);
}

/* The worker's calls with two words of the memory broken. */
static void use_broken(struct sa_channel *channel, uint32_t *first, uint32_t *second)
{
	static const uint32_t values[] = {0, 0x7fffffff, UINT32_MAX};
	const uint32_t saved[2] = {*first, *second};
	const struct sa_event event = {.cookie = 1};
	struct sa_command got[16];

	for (unsigned v = 0; v < 9; v++) {
		*first = values[v / 3];
		*second = values[v % 3];
		(void)!sa_channel_send_event(channel, 0, &event);
		assert_true(take(channel, 0, got, 16) <= 16);
		*first = saved[0];
		*second = saved[1];
	}
}

/* The control plane faces hostile input: what it may do to the rings must not lead the worker out
 * of them. Any two words of a ring's head are broken together; a step outside the memory ends the
 * test. */
static void worker_survives_a_broken_ring(void **state)
{
	const struct sa_channel_size size = {.workers = 1, .commands = 2, .events = 2};
	const size_t head_words = 512 / 4, page_words = 4096 / 4;
	int fd = create(&size);
	struct sa_channel *channel = map(fd);
	struct stat status;
	uint32_t *words;

	(void)state;
	assert_int_equal(fstat(fd, &status), 0);
	words = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(words, MAP_FAILED);
	for (unsigned ring = 1; ring <= 2; ring++) /* behind the header's page, a page each */
		for (size_t i = 0; i < head_words; i++)
			for (size_t j = 0; j < head_words; j++)
				use_broken(channel, words + ring * page_words + i,
					words + ring * page_words + j);
	munmap(words, (size_t)status.st_size);
	sa_channel_unmap(channel);
	close(fd);
}

/* What the ring says of its own size is another one's word: it is not even read. */
static void the_worker_has_its_own_size_of_a_ring(void **state)
{
	int fd = create(&two_workers);
	struct sa_channel *channel = map(fd);
	struct rte_ring *commands = sa_channel_command_ring(channel, 0);
	struct rte_ring *events = sa_channel_event_ring(channel, 0);
	const struct rte_ring good_commands = *commands, good_events = *events;
	struct sa_event event = {.cookie = 1, .type = SA_EVENT_ACKNOWLEDGED}, heard;
	struct sa_command command = {.cookie = 0};

	(void)state;
	for (unsigned i = 0; i < 5 * COMMANDS; i++) {
		command.cookie = event.cookie = i;
		assert_true(sa_channel_send_commands(channel, 0, &command, 1));
		commands->size = events->size = 0;
		commands->mask = events->mask = UINT32_MAX;
		commands->capacity = events->capacity = UINT32_MAX;
		assert_int_equal(take(channel, 0, &command, 1), 1);
		assert_int_equal(command.cookie, i);
		assert_true(sa_channel_send_event(channel, 0, &event));
		commands->size = good_commands.size, events->size = good_events.size;
		commands->mask = good_commands.mask, events->mask = good_events.mask;
		commands->capacity = good_commands.capacity;
		events->capacity = good_events.capacity;
		assert_int_equal(sa_channel_receive_events(channel, 0, &heard, 1), 1);
		assert_int_equal(heard.cookie, i);
	}
	sa_channel_unmap(channel);
	close(fd);
}

/* Where a worker dies, and what its successor finds. */
static void a_command_outlives_its_worker(void **state)
{
	int fd = create(&two_workers);
	struct sa_channel *channel = map(fd);
	struct sa_command commands[2] = {{.cookie = 12}, {.cookie = 20}}, got;
	struct sa_event event = {.cookie = 12, .type = SA_EVENT_ACKNOWLEDGED};

	(void)state;
	assert_true(sa_channel_send_commands(channel, 0, commands, 2));
	assert_true(sa_channel_peek_command(channel, 0, &got));
	/* Before it has answered: the command comes again. */
	sa_channel_resume_worker(channel, 0);
	assert_true(sa_channel_peek_command(channel, 0, &got));
	assert_int_equal(got.cookie, 12);
	/* Behind its answer: it does not, and nothing behind it is lost. */
	assert_true(sa_channel_send_event(channel, 0, &event));
	sa_channel_resume_worker(channel, 0);
	assert_true(sa_channel_peek_command(channel, 0, &got));
	assert_int_equal(got.cookie, 20);
	sa_channel_resume_worker(channel, 0);
	assert_true(sa_channel_peek_command(channel, 0, &got));
	assert_int_equal(got.cookie, 20);
	assert_int_equal(sa_channel_receive_events(channel, 0, &event, 1), 1);
	assert_int_equal(sa_channel_receive_events(channel, 0, &event, 1), 0);
	sa_channel_unmap(channel);
	close(fd);
}

static void *worker_thread(void *context)
{
	struct sa_channel *channel = context;
	uint64_t next = 0;

	while (next < ROUNDS) {
		unsigned room = sa_channel_event_room(channel, 0);
		struct sa_command commands[COMMANDS];
		unsigned count = take(channel, 0, commands, room < COMMANDS ? room : COMMANDS);

		for (unsigned i = 0; i < count; i++, next++) {
			struct sa_event event = {.cookie = commands[i].cookie,
				.handle = commands[i].handle,
				.status = commands[i].cookie == next ? 0 : -EIO};

			if (!sa_channel_send_event(channel, 0, &event))
				return "no room for an event";
		}
		if (count == 0)
			sched_yield();
	}
	return NULL;
}

static void two_threads_lose_and_reorder_nothing(void **state)
{
	int fd = create(&two_workers);
	struct sa_channel *channel = map(fd), *other = map(fd);
	uint64_t sent = 0, received = 0;
	pthread_t worker;
	void *fault;

	(void)state;
	assert_int_equal(pthread_create(&worker, NULL, worker_thread, other), 0);
	while (received < ROUNDS) {
		struct sa_event events[5];
		struct sa_command commands[3] = {0};
		unsigned batch = ROUNDS - sent < 3 ? (unsigned)(ROUNDS - sent) : 3, count;

		for (unsigned i = 0; i < batch; i++) {
			commands[i].cookie = sent + i;
			commands[i].handle = ~(sent + i);
		}
		if (batch > 0 && sa_channel_send_commands(channel, 0, commands, batch))
			sent += batch;
		count = sa_channel_receive_events(channel, 0, events, 5);
		for (unsigned i = 0; i < count; i++, received++) {
			assert_int_equal(events[i].cookie, received);
			assert_int_equal(events[i].handle, ~received);
			assert_int_equal(events[i].status, 0);
		}
		if (count == 0)
			sched_yield();
	}
	pthread_join(worker, &fault);
	assert_null(fault);
	sa_channel_unmap(channel);
	sa_channel_unmap(other);
	close(fd);
}

static void second_process_sees_the_same(void **state)
{
	int fd = create(&two_workers), status;
	struct sa_channel *channel = map(fd);
	struct sa_command command = {.cookie = 7, .type = SA_COMMAND_FLUSH};
	struct sa_event event;
	pid_t child;

	(void)state;
	assert_true(sa_channel_send_commands(channel, 1, &command, 1));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct sa_channel *view;

		if (sa_channel_map(fd, &view) != 0)
			_exit(1);
		sa_channel_resume_worker(view, 1);
		if (take(view, 1, &command, 1) != 1 || command.cookie != 7)
			_exit(2);
		sa_channel_counters(view, 1)->sa_deleted = 3;
		event = (struct sa_event){.cookie = 7};
		_exit(sa_channel_send_event(view, 1, &event) ? 0 : 3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(sa_channel_receive_events(channel, 1, &event, 1), 1);
	assert_int_equal(event.cookie, 7);
	assert_int_equal(sa_channel_counters(channel, 1)->sa_deleted, 3);
	assert_int_equal(sa_channel_counters(channel, 0)->sa_deleted, 0);
	sa_channel_unmap(channel);
	close(fd);
}

static void links_are_told(void **state)
{
	int fd = create(&two_workers);
	struct sa_channel *dataplane = map(fd), *controlplane = map(fd);

	(void)state;
	for (unsigned i = 0; i < SA_CHANNEL_SIDES; i++)
		assert_int_equal(sa_channel_link(controlplane, (enum sa_channel_side)i),
			SA_CHANNEL_LINK_UNKNOWN);
	sa_channel_set_link(dataplane, SA_CHANNEL_INSIDE, SA_CHANNEL_LINK_UP);
	sa_channel_set_link(dataplane, SA_CHANNEL_OUTSIDE, SA_CHANNEL_LINK_DOWN);
	assert_int_equal(sa_channel_link(controlplane, SA_CHANNEL_OUTSIDE), SA_CHANNEL_LINK_DOWN);
	assert_int_equal(sa_channel_link(controlplane, SA_CHANNEL_INSIDE), SA_CHANNEL_LINK_UP);
	sa_channel_unmap(controlplane);
	sa_channel_unmap(dataplane);
	close(fd);
}

/* Each control plane that takes over has a number of its own, and each memory. */
static void control_planes_and_memories_are_told_apart(void **state)
{
	int fd = create(&two_workers), other_fd = create(&two_workers);
	struct sa_channel *channel = map(fd), *same = map(fd), *other = map(other_fd);

	(void)state;
	assert_int_equal(sa_channel_epoch(channel), 0);
	for (uint32_t i = 1; i <= UINT16_MAX; i++) {
		sa_channel_resume_control(channel);
		assert_int_equal(sa_channel_epoch(same), i);
	}
	sa_channel_resume_control(same);
	assert_int_equal(sa_channel_epoch(channel), 1);
	assert_true(sa_channel_instance(channel) == sa_channel_instance(same));
	assert_true(sa_channel_instance(channel) != sa_channel_instance(other));
	sa_channel_unmap(channel);
	sa_channel_unmap(same);
	sa_channel_unmap(other);
	close(fd);
	close(other_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_bad_sizes),
		cmocka_unit_test(refuses_foreign_memory),
		cmocka_unit_test(full_ring_takes_all_or_none),
		{"INT-5 received keys are wiped", received_keys_are_wiped, NULL, NULL, NULL},
		cmocka_unit_test(worker_survives_a_broken_ring),
		cmocka_unit_test(the_worker_has_its_own_size_of_a_ring),
		{"INT-4 a command outlives its worker", a_command_outlives_its_worker, NULL, NULL,
			NULL},
		{"INT-4 two threads lose and reorder nothing", two_threads_lose_and_reorder_nothing,
			NULL, NULL, NULL},
		cmocka_unit_test(second_process_sees_the_same),
		cmocka_unit_test(links_are_told),
		cmocka_unit_test(control_planes_and_memories_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
