/* SPDX-License-Identifier: BSD-3-Clause */
#include "plane.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

#define READY_TIMEOUT_MS 120000 /* a control plane reads what it knew of a million UEs */
#define STOP_TIMEOUT_MS  5000
#define ARGUMENTS_MAX    (4 + 2 * (PLANE_DESCRIPTORS_MAX + 1) + 1)

/* What a million UEs' small objects lie in: large pages, and everything up to 8 KiB at hand. Only
 * by the environment can an allocator be told that. */
#define ALLOCATOR "glibc.malloc.hugetlb=1:glibc.malloc.tcache_max=8192"

/* The planes lie beside this program, in the build folder as when installed. */
static int sibling_path(const char *program, char path[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *slash;

	if (len < 0)
		return -errno;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if ((size_t)(slash + 1 - path) + strlen(program) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(slash + 1, program);
	return 0;
}

static int inherit(int fd, char text[12])
{
	snprintf(text, 12, "%d", fd);
	return fcntl(fd, F_SETFD, 0);
}

/* In the child; returns only where it fails. */
static void become(const struct plane *plane, const char *path, int ready_fd, pid_t supervisor)
{
	char numbers[PLANE_DESCRIPTORS_MAX + 1][12];
	const char *arguments[ARGUMENTS_MAX];
	unsigned n = 0;
	sigset_t none;

	/* A plane never outlives its supervisor, however that one ends. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != supervisor)
		return;
	/* A terminal's ^C is for the supervisor, which stops the planes in their order. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	arguments[n++] = path;
	arguments[n++] = "--config";
	arguments[n++] = plane->config;
	for (unsigned i = 0; i < plane->descriptor_count; i++) {
		if (inherit(plane->descriptors[i].fd, numbers[i]) != 0)
			return;
		arguments[n++] = plane->descriptors[i].option;
		arguments[n++] = numbers[i];
	}
	if (inherit(ready_fd, numbers[PLANE_DESCRIPTORS_MAX]) != 0)
		return;
	arguments[n++] = "--ready-fd";
	arguments[n++] = numbers[PLANE_DESCRIPTORS_MAX];
	arguments[n] = NULL;
	if (setenv("GLIBC_TUNABLES", ALLOCATOR, 0) != 0)
		return;
	execv(path, (char *const *)arguments);
	log_error("%s can not be started: %s; is it in the folder of portcullis?", path,
		strerror(errno));
}

/* The ready descriptor closes without a word where the plane ends first. */
static int wait_ready(int ready_fd, int stop_fd)
{
	struct pollfd polls[] = {
		{.fd = ready_fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
	struct clock clock = clock_monotonic();
	uint64_t end_ms = clock_now_ms(&clock) + READY_TIMEOUT_MS;
	char word;

	for (;;) {
		uint64_t now_ms = clock_now_ms(&clock);
		int n = now_ms >= end_ms ? 0 : poll(polls, 2, (int)(end_ms - now_ms));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -ETIMEDOUT;
		if (polls[1].revents != 0)
			return -EINTR;
		return read(ready_fd, &word, 1) == 1 ? 0 : -ECHILD;
	}
}

int plane_start(struct plane *plane, int stop_fd)
{
	pid_t supervisor = getpid();
	char path[PATH_MAX];
	int ready[2], status;

	status = sibling_path(plane->program, path);
	if (status != 0)
		return status;
	if (pipe2(ready, O_CLOEXEC) != 0)
		return -errno;
	plane->pid = fork();
	if (plane->pid == 0) {
		become(plane, path, ready[1], supervisor);
		_exit(EXIT_FAILURE);
	}
	close(ready[1]);
	plane->ended = plane->pid < 0 ? -1 : pidfd_open(plane->pid, 0);
	status = plane->ended < 0 ? -errno : wait_ready(ready[0], stop_fd);
	close(ready[0]);
	if (status != 0)
		plane_stop(plane);
	return status;
}

static void forget(struct plane *plane)
{
	if (plane->ended >= 0)
		close(plane->ended);
	plane->ended = -1;
	plane->pid = 0;
}

void plane_reap(struct plane *plane)
{
	int status = 0;

	while (waitpid(plane->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFSIGNALED(status))
		log_error("%s was ended by signal %d (%s)", plane->program, WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	else
		log_error("%s ended with status %d", plane->program, WEXITSTATUS(status));
	forget(plane);
}

void plane_stop(struct plane *plane)
{
	struct pollfd ended = {.fd = plane->ended, .events = POLLIN};

	if (plane->pid > 0) {
		kill(plane->pid, SIGTERM);
		if (ended.fd < 0 || poll(&ended, 1, STOP_TIMEOUT_MS) <= 0) {
			log_warning("%s does not stop: it is killed", plane->program);
			kill(plane->pid, SIGKILL);
		}
		while (waitpid(plane->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	forget(plane);
}
