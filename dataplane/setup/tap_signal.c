/* SPDX-License-Identifier: BSD-3-Clause */
#include "tap_signal.h"

#include <signal.h>

static sigset_t real_time(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		sigaddset(&set, number);
	return set;
}

void tap_signal_block(void)
{
	const sigset_t set = real_time();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

void tap_signal_ignore(void)
{
	const sigset_t set = real_time();

	for (int number = SIGRTMIN; number <= SIGRTMAX; number++)
		signal(number, SIG_IGN);
	/* The kernel queues a signal that the main thread blocks, even if it is ignored. */
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
