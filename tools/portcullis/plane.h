/* SPDX-License-Identifier: BSD-3-Clause */
/* One plane as a child process: started with descriptors that it inherits, watched, stopped. */
#pragma once

#include <sys/types.h>

#define PLANE_DESCRIPTORS_MAX 4

/* "--channel-fd" and the descriptor that goes with it */
struct plane_descriptor {
	const char *option;
	int fd;
};

struct plane {
	const char *program; /* lies in the folder of this program */
	const char *config;
	struct plane_descriptor descriptors[PLANE_DESCRIPTORS_MAX];
	unsigned descriptor_count;
	pid_t pid; /* 0: not running */
	int ended; /* pidfd, readable when it has ended; -1: not running */
};

/* Starts it and waits until it says that it is ready. 0, or -errno: -ECHILD where it ended before
 * (it has said why), -ETIMEDOUT where it never said so. stop: a signal that came meanwhile ends
 * the wait with -EINTR. */
int plane_start(struct plane *plane, int stop_fd) __attribute__((warn_unused_result));

/* Once `ended` is readable: reaps it and says in the log how it ended. */
void plane_reap(struct plane *plane);

/* SIGTERM, five seconds, SIGKILL; returns when it has been reaped. */
void plane_stop(struct plane *plane);
