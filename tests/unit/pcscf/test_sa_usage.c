/* SPDX-License-Identifier: BSD-3-Clause */
/* What has passed on a set of SAs: asked for, told, cancelled, never told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pcscf_bench.h"

static const uint64_t handles[] = {1001, 1002, 1003, 1004};
static struct sa_usage usage;
static unsigned told;
static int told_status;

static void known(void *context, int status)
{
	assert_ptr_equal(context, &usage);
	told++;
	told_status = status;
}

static void ask(void)
{
	told = 0;
	assert_int_equal(sa_client_usage(bench.sa_client, handles, 4, &usage, known, &usage), 0);
}

/* The worker answers question number i with i packets; the status of the last. */
static void answer(unsigned count, int status)
{
	struct sa_command command;

	for (unsigned i = 0; i < count; i++) {
		struct sa_event event = {.type = SA_EVENT_ACKNOWLEDGED};

		assert_true(sa_channel_peek_command(bench.channel, 0, &command));
		assert_int_equal(command.type, SA_COMMAND_USAGE);
		assert_int_equal(command.handle, handles[i]);
		event.cookie = command.cookie;
		event.handle = command.handle;
		event.packets = i;
		event.octets = 100 * i;
		event.status = i == 3 ? status : 0;
		assert_true(sa_channel_send_event(bench.channel, 0, &event));
		sa_channel_consume_command(bench.channel, 0);
	}
	sa_client_poll(bench.sa_client);
}

static void is_told_for_the_whole_set(void **state)
{
	(void)state;
	ask();
	answer(4, 0);
	assert_int_equal(told, 1);
	assert_int_equal(told_status, 0);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(usage.traffic[i].packets, i);
		assert_int_equal(usage.traffic[i].octets, 100 * i);
	}
	bench_wait_ms(10000);
	assert_int_equal(told, 1);
}

static void one_that_is_gone(void **state)
{
	(void)state;
	ask();
	answer(4, -ENOENT);
	assert_int_equal(told, 1);
	assert_int_equal(told_status, -ENOENT);
}

static void a_worker_that_does_not_answer(void **state)
{
	(void)state;
	ask();
	answer(3, 0);
	assert_int_equal(told, 0);
	bench_wait_ms(2000);
	assert_int_equal(told, 1);
	assert_int_equal(told_status, -ETIMEDOUT);
}

static void nobody_wants_to_know_any_more(void **state)
{
	(void)state;
	ask();
	sa_client_usage_cancel(&usage);
	sa_client_usage_cancel(&usage);
	answer(4, 0);
	bench_wait_ms(2000);
	assert_int_equal(told, 0);
}

static void a_full_ring(void **state)
{
	int status = 0;
	struct sa_usage many[32];
	unsigned count = 0;

	(void)state;
	while (status == 0 && count < 32)
		status =
			sa_client_usage(bench.sa_client, handles, 4, &many[count++], known, &usage);
	assert_int_equal(status, -EAGAIN);
	while (count > 0)
		sa_client_usage_cancel(&many[--count]);
}

#define CASE(name, function)                                  \
	{                                                     \
		name, function, bench_open, bench_close, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("usage is told for the whole set", is_told_for_the_whole_set),
		CASE("usage with one SA that is gone", one_that_is_gone),
		CASE("usage of a worker that does not answer", a_worker_that_does_not_answer),
		CASE("usage that nobody wants to know any more", nobody_wants_to_know_any_more),
		CASE("usage and a full ring", a_full_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
