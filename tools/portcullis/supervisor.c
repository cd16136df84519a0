/* SPDX-License-Identifier: BSD-3-Clause */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"
#include "directories.h"
#include "inside_tap.h"
#include "log.h"
#include "plane.h"
#include "sa_channel.h"
#include "sa_memory.h"
#include "subscriber_files.h"

#define RING_ENTRIES    4096
#define LOCK_TIMEOUT_MS 3000
#define LOCK_RETRY_MS   50
#define BACK_OFF_MIN_MS 100
#define BACK_OFF_MAX_MS 5000
#define STAYS_MS        10000 /* a plane that ran so long is no longer one that does not stay */

enum { DATAPLANE, CONTROLPLANE, PLANES };

/* When a plane that does not run is started next. */
struct restart {
	uint64_t started_ms, due_ms;
	unsigned wait_ms; /* before the last one; 0: there was none */
};

struct supervisor {
	struct config config;
	struct clock clock;
	struct plane planes[PLANES];
	struct restart restarts[PLANES];
	int run_directory_fd; /* locked: one supervisor per run directory */
	int signal_fd;
	int tap_fd;
};

/* Waits a while for planes that are about to end. 0, -EBUSY, or -EINTR: it is time to stop. */
static int lock(const struct supervisor *supervisor)
{
	struct pollfd stop = {.fd = supervisor->signal_fd, .events = POLLIN};

	for (int left_ms = LOCK_TIMEOUT_MS; left_ms > 0; left_ms -= LOCK_RETRY_MS) {
		if (flock(supervisor->run_directory_fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (poll(&stop, 1, LOCK_RETRY_MS) > 0)
			return -EINTR;
	}
	return -EBUSY;
}

static int open_directories(struct supervisor *supervisor)
{
	const struct config *config = &supervisor->config;
	int status = directories_make_run(config);

	if (status != 0)
		return status;
	/* The planes inherit it, and with it the lock: where a supervisor was killed, the next one
	 * begins only when the last of its planes has ended, TAP and all. */
	supervisor->run_directory_fd = open(config->run_directory, O_RDONLY | O_DIRECTORY);
	if (supervisor->run_directory_fd < 0) {
		log_error("run_directory %s: %s", config->run_directory, strerror(errno));
		return -errno;
	}
	status = lock(supervisor);
	if (status == -EBUSY)
		log_error("another gateway runs in %s; stop it, or set another run_directory",
			config->run_directory);
	if (status != 0)
		return status;
	return directories_make_state(config);
}

/* Each plane gets what it needs and nothing else: what the SAs' keys became is not for the process
 * that reads SIP (INT-5). */
static int keep_from_planes(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? -errno : 0;
}

static void add_descriptor(struct plane *plane, const char *option, int fd)
{
	plane->descriptors[plane->descriptor_count++] =
		(struct plane_descriptor){.option = option, .fd = fd};
}

/* The memory that the planes share, and the bell that wakes the control plane. */
static int open_shared_memory(struct supervisor *supervisor)
{
	const struct config_dataplane *dataplane = &supervisor->config.dataplane;
	const struct sa_channel_size size = {.workers = (uint32_t)dataplane->worker_count,
		.commands = RING_ENTRIES,
		.events = RING_ENTRIES};
	const struct sa_memory_size table = {.workers = (uint32_t)dataplane->worker_count,
		.capacity = dataplane->sa_capacity,
		.replay_window = dataplane->replay_window};
	int channel_fd, table_fd, wake_fd, status;

	status = sa_channel_create(&size, &channel_fd);
	if (status == 0)
		status = keep_from_planes(channel_fd);
	if (status == 0)
		status = sa_memory_create(&table, &table_fd);
	if (status == 0)
		status = keep_from_planes(table_fd);
	if (status != 0) {
		log_error("no memory to share between the planes: %s", strerror(-status));
		return status;
	}
	wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (wake_fd < 0) {
		log_error("eventfd: %s", strerror(errno));
		return -errno;
	}
	for (int i = 0; i < PLANES; i++) {
		add_descriptor(&supervisor->planes[i], "--channel-fd", channel_fd);
		add_descriptor(&supervisor->planes[i], "--wake-fd", wake_fd);
	}
	add_descriptor(&supervisor->planes[DATAPLANE], "--sa-fd", table_fd);
	return 0;
}

static int open_signals(struct supervisor *supervisor)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	supervisor->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	return supervisor->signal_fd < 0 ? -errno : 0;
}

static int start_planes(struct supervisor *supervisor)
{
	for (int i = 0; i < PLANES; i++) {
		struct plane *plane = &supervisor->planes[i];
		int status = plane_start(plane, supervisor->signal_fd);

		if (status == -ETIMEDOUT)
			log_error("%s did not become ready", plane->program);
		if (status != 0)
			return status;
		supervisor->restarts[i].started_ms = clock_now_ms(&supervisor->clock);
	}
	return 0;
}

/* A plane that has ended is started again, ever later as long as it does not stay. */
static void plan_restart(struct restart *restart, uint64_t now_ms)
{
	bool stayed = now_ms - restart->started_ms >= STAYS_MS;

	if (restart->wait_ms == 0 || stayed)
		restart->wait_ms = BACK_OFF_MIN_MS;
	else if (restart->wait_ms < BACK_OFF_MAX_MS / 2)
		restart->wait_ms *= 2;
	else
		restart->wait_ms = BACK_OFF_MAX_MS;
	restart->due_ms = now_ms + restart->wait_ms;
}

/* Holds the inside TAP, which carries the protected address, across the data plane's deaths; where
 * somebody deleted it, it is made anew, with the MAC that it had. 0, or -errno. */
static int hold_tap(struct supervisor *supervisor)
{
	const struct config_port *inside = &supervisor->config.dataplane.inside;

	if (inside->kind != CONFIG_PORT_TAP)
		return 0;
	if (supervisor->tap_fd >= 0) {
		if (if_nametoindex(inside->interface) != 0)
			return 0;
		close(supervisor->tap_fd);
		supervisor->tap_fd = -1;
	}
	return inside_tap_create(inside, &supervisor->tap_fd);
}

/* Starts what is due. The other plane goes on meanwhile, and is not waited for: each one is started
 * again whatever keeps its peer down. 0, or -EINTR where it is time to stop. */
static int start_due(struct supervisor *supervisor)
{
	for (int i = 0; i < PLANES; i++) {
		struct plane *plane = &supervisor->planes[i];
		struct restart *restart = &supervisor->restarts[i];
		int status;

		if (plane->pid > 0 || clock_now_ms(&supervisor->clock) < restart->due_ms)
			continue;
		status = i == DATAPLANE ? hold_tap(supervisor) : 0;
		if (status == 0)
			status = plane_start(plane, supervisor->signal_fd);
		if (status == -EINTR)
			return status;
		if (status == 0)
			log_notice("%s runs again", plane->program);
		restart->started_ms = clock_now_ms(&supervisor->clock);
		if (status != 0)
			plan_restart(restart, restart->started_ms);
	}
	return 0;
}

/* Until the next start is due; -1: none is. */
static int wait_ms(const struct supervisor *supervisor)
{
	uint64_t now_ms = clock_now_ms(&supervisor->clock);
	int wait = -1;

	for (int i = 0; i < PLANES; i++) {
		uint64_t due_ms = supervisor->restarts[i].due_ms;
		int left = due_ms > now_ms ? (int)(due_ms - now_ms) : 0;

		if (supervisor->planes[i].pid == 0 && (wait < 0 || left < wait))
			wait = left;
	}
	return wait;
}

/* Until it is time to stop. */
static void watch(struct supervisor *supervisor)
{
	do {
		struct pollfd polls[PLANES + 1] = {
			[DATAPLANE] = {supervisor->planes[DATAPLANE].ended, POLLIN, 0},
			[CONTROLPLANE] = {supervisor->planes[CONTROLPLANE].ended, POLLIN, 0},
			[PLANES] = {supervisor->signal_fd, POLLIN, 0},
		};

		if (poll(polls, PLANES + 1, wait_ms(supervisor)) < 0) {
			if (errno == EINTR)
				continue;
			log_error("poll: %s", strerror(errno));
			return;
		}
		if (polls[PLANES].revents != 0)
			return;
		for (int i = 0; i < PLANES; i++) {
			if (polls[i].revents == 0)
				continue;
			plane_reap(&supervisor->planes[i]);
			plan_restart(&supervisor->restarts[i], clock_now_ms(&supervisor->clock));
		}
	} while (start_due(supervisor) == 0);
}

int supervisor_run(const char *config_path)
{
	static struct supervisor supervisor = {
		.planes =
			{
				[DATAPLANE] = {.program = "portcullis-dataplane", .ended = -1},
				[CONTROLPLANE] = {.program = "portcullis-controlplane",
					.ended = -1},
			},
		.tap_fd = -1,
	};
	const struct config *config = &supervisor.config;
	char error[CONFIG_ERROR_MAX];
	int status, result = EXIT_FAILURE;

	if (config_load(config_path, &supervisor.config, error) != 0) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	config_wipe_keys(&supervisor.config);
	log_open("portcullis", config->log_level);
	supervisor.clock = clock_monotonic();
	for (int i = 0; i < PLANES; i++)
		supervisor.planes[i].config = config_path;
	if (open_signals(&supervisor) != 0 || open_directories(&supervisor) != 0 ||
		open_shared_memory(&supervisor) != 0)
		return EXIT_FAILURE;
	if (hold_tap(&supervisor) != 0)
		return EXIT_FAILURE;
	status = config_has_pcscf(config)
			 ? subscriber_files_import_settings(config, supervisor.signal_fd)
			 : 0;
	if (status == 0)
		status = start_planes(&supervisor);
	if (status == 0) {
		log_notice("ready: settings=%s socket=%s", config_path, config->api_socket);
		watch(&supervisor);
	}
	/* To be stopped is no failure, at whatever moment. */
	if (status == 0 || status == -EINTR) {
		log_notice("stopping");
		result = EXIT_SUCCESS;
	}
	/* First who hands out SAs, then who serves them. */
	plane_stop(&supervisor.planes[CONTROLPLANE]);
	plane_stop(&supervisor.planes[DATAPLANE]);
	unlink(config->api_socket);
	rmdir(config->run_directory);
	return result;
}
