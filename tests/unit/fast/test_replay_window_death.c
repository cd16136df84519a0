/* SPDX-License-Identifier: BSD-3-Clause */
/* The window when its worker dies in the middle of a move: the move is stepped through instruction
 * by instruction, and after each one the window is judged as a successor would find it. */
#include "replay_window.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WORDS     16
#define TOP       5000u
#define STEPS_MIN 10

struct shared {
	uint64_t bits[WORDS];
	uint32_t top;
};

static struct replay_window view(struct shared *shared, unsigned width)
{
	return (struct replay_window){.bits = shared->bits, .top = &shared->top, .width = width};
}

/* What came before, all of it, is a replay for whoever looks now. */
static void nothing_passes_again(struct shared *shared, unsigned width)
{
	const struct replay_window window = view(shared, width);

	for (uint32_t number = TOP - width - 1; number <= TOP; number++)
		assert_int_not_equal(replay_window_check(&window, number), REPLAY_NEW);
}

static pid_t start_stopped(struct shared *shared, unsigned width, uint32_t number)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct replay_window window = view(shared, width);

		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(EXIT_FAILURE);
		raise(SIGSTOP);
		(void)replay_window_take(&window, number);
		raise(SIGSTOP);
		_exit(0);
	}
	return pid;
}

static void step_through(unsigned width, uint32_t number)
{
	struct shared *shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned steps = 0;
	int status;
	pid_t pid;

	assert_ptr_not_equal(shared, MAP_FAILED);
	memset(shared->bits, 0xff, sizeof(shared->bits));
	shared->top = TOP;
	pid = start_stopped(shared, width, number);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSTOPPED(status))
		skip(); /* no tracing on this machine */
	do {
		nothing_passes_again(shared, width);
		steps++;
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	} while (WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	assert_true(steps > STEPS_MIN);
	assert_int_equal(shared->top, number);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	munmap(shared, sizeof(*shared));
}

static void no_replay_whenever_it_dies(void **state)
{
	static const unsigned widths[] = {32, 64, 96, 128, 1024};
	static const uint32_t jumps[] = {1, 2, 10, 63, 64, 65, 200, 2000};

	(void)state;
	for (unsigned i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
		for (unsigned j = 0; j < sizeof(jumps) / sizeof(jumps[0]); j++)
			step_through(widths[i], TOP + jumps[j]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"INT-6 no replay whenever the worker dies", no_replay_whenever_it_dies, NULL, NULL,
			NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
