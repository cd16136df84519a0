/* SPDX-License-Identifier: BSD-3-Clause */
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "inside_tap.h"
#include "log.h"
#include "plane.h"
#include "sa_channel.h"
#include "sa_memory.h"

#define RING_ENTRIES    4096
#define BACK_OFF_MIN_MS 100
#define BACK_OFF_MAX_MS 5000

enum { DATAPLANE, CONTROLPLANE, PLANES };

struct supervisor {
	struct config config;
	struct plane planes[PLANES];
	int run_directory_fd; /* locked: one supervisor per run directory */
	int signal_fd;
	int tap_fd;
};

/* Makes the folder and those above it; 0, or -errno. */
static int make_directory(const char *path, mode_t mode)
{
	char part[CONFIG_PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return -errno;
	}
	return mkdir(path, mode) != 0 && errno != EEXIST ? -errno : 0;
}

static int open_directories(struct supervisor *supervisor)
{
	const struct config *config = &supervisor->config;
	const struct passwd *user = getpwnam(config->user);
	int status;

	status = make_directory(config->run_directory, 0755);
	if (status != 0) {
		log_error("run_directory %s can not be made: %s", config->run_directory,
			strerror(-status));
		return status;
	}
	supervisor->run_directory_fd =
		open(config->run_directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (supervisor->run_directory_fd < 0) {
		log_error("run_directory %s: %s", config->run_directory, strerror(errno));
		return -errno;
	}
	if (flock(supervisor->run_directory_fd, LOCK_EX | LOCK_NB) != 0) {
		log_error("another gateway runs in %s; stop it, or set another run_directory",
			config->run_directory);
		return -EBUSY;
	}
	status = make_directory(config->state_directory, 0700);
	if (status != 0) {
		log_error("state_directory %s can not be made: %s", config->state_directory,
			strerror(-status));
		return status;
	}
	/* The control plane, which is nobody in particular, keeps its store there. */
	if (geteuid() == 0 && user &&
		chown(config->state_directory, user->pw_uid, user->pw_gid) != 0) {
		log_error("state_directory %s can not be given to %s: %s", config->state_directory,
			config->user, strerror(errno));
		return -errno;
	}
	return 0;
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
		status = sa_memory_create(&table, &table_fd);
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
	}
	return 0;
}

/* Starts a plane that has ended again and again, ever later, until it stays. Its peer goes on
 * meanwhile. 0, or -EINTR where it is time to stop. */
static int restart(struct supervisor *supervisor, struct plane *plane)
{
	for (int wait_ms = BACK_OFF_MIN_MS;;
		wait_ms = wait_ms * 2 < BACK_OFF_MAX_MS ? wait_ms * 2 : BACK_OFF_MAX_MS) {
		struct pollfd stop = {.fd = supervisor->signal_fd, .events = POLLIN};
		int status;

		if (poll(&stop, 1, wait_ms) > 0)
			return -EINTR;
		status = plane_start(plane, supervisor->signal_fd);
		if (status == 0)
			log_notice("%s runs again", plane->program);
		if (status == 0 || status == -EINTR)
			return status;
	}
}

/* Until it is time to stop. */
static void watch(struct supervisor *supervisor)
{
	for (;;) {
		struct pollfd polls[PLANES + 1] = {
			[DATAPLANE] = {supervisor->planes[DATAPLANE].ended, POLLIN, 0},
			[CONTROLPLANE] = {supervisor->planes[CONTROLPLANE].ended, POLLIN, 0},
			[PLANES] = {supervisor->signal_fd, POLLIN, 0},
		};

		if (poll(polls, PLANES + 1, -1) < 0) {
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
			if (restart(supervisor, &supervisor->planes[i]) != 0)
				return;
		}
	}
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
	int result = EXIT_FAILURE;

	if (config_load(config_path, &supervisor.config, error) != 0) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	log_open("portcullis", config->log_level);
	for (int i = 0; i < PLANES; i++)
		supervisor.planes[i].config = config_path;
	if (open_signals(&supervisor) != 0 || open_directories(&supervisor) != 0 ||
		open_shared_memory(&supervisor) != 0)
		return EXIT_FAILURE;
	if (config->dataplane.inside.kind == CONFIG_PORT_TAP &&
		inside_tap_create(&config->dataplane.inside, &supervisor.tap_fd) != 0)
		return EXIT_FAILURE;
	if (start_planes(&supervisor) == 0) {
		log_notice("ready: settings=%s socket=%s", config_path, config->api_socket);
		watch(&supervisor);
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
