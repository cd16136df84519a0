/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "service_user.h"

#define PATH_SIZE (CONFIG_PATH_MAX + sizeof(SUBSCRIBER_STORE_NAME) + 1)

int subscriber_files_open(const struct config *config, struct subscriber_store **out)
{
	char path[PATH_SIZE], error[STORE_ERROR_MAX];
	int status;

	snprintf(path, sizeof(path), "%s/%s", config->state_directory, SUBSCRIBER_STORE_NAME);
	status = subscriber_store_open(path, out, error);
	if (status != 0)
		fprintf(stderr, "portcullis: %s\n", error);
	return status;
}

int subscriber_files_open_state(const struct config *config, struct store **out)
{
	char path[PATH_SIZE], error[STORE_ERROR_MAX];
	int status;

	snprintf(path, sizeof(path), "%s/%s", config->state_directory, STORE_NAME);
	status = store_open_snapshot(path, out, error);
	if (status == -ENOENT) {
		*out = NULL;
		return 0;
	}
	if (status != 0)
		fprintf(stderr, "portcullis: %s\n", error);
	return status;
}

int subscriber_files_import(const struct config *config, int fd, const char *name,
	enum subscriber_write kind, const char *source, uint64_t *count)
{
	struct aes128 *aes = aes128_create();
	struct subscriber_store *store;
	char error[PROVISION_ERROR_MAX];
	int status = -ENOTSUP;

	*count = 0;
	if (!aes) {
		fprintf(stderr, "portcullis: IPsec-MB does not start on this processor\n");
		return status;
	}
	status = subscriber_files_open(config, &store);
	if (status != 0)
		goto free_aes;
	if (source)
		status = subscriber_write_source(store, source);
	if (status == 0) {
		status = provision_import(fd, name, aes, store, kind, source, count, error);
		if (status != 0)
			fprintf(stderr, "%s\n", error);
	}
	subscriber_store_close(store);
free_aes:
	aes128_free(aes);
	return status < 0 ? status : 0;
}

/* Names the content as far as it can be told without reading it. */
static void name_source(const char *path, const struct stat *file, char *out, size_t size)
{
	snprintf(out, size, "%s %" PRIuMAX " %" PRIdMAX " %" PRIdMAX ".%09ld", path,
		(uintmax_t)file->st_ino, (intmax_t)file->st_size, (intmax_t)file->st_mtim.tv_sec,
		file->st_mtim.tv_nsec);
}

static int import_settings(const struct config *config)
{
	const char *path = config->subscribers;
	char source[CONFIG_PATH_MAX + 128];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), status = -EINVAL;
	struct stat file;
	uint64_t count;

	if (fd < 0 || fstat(fd, &file) != 0) {
		status = -errno;
		log_error("%s: can not be read: %s", path, strerror(errno));
		goto close_file;
	}
	if (!S_ISREG(file.st_mode)) {
		log_error("%s: can not be read: not a regular file", path);
		goto close_file;
	}
	name_source(path, &file, source, sizeof(source));
	status = service_user_enter(config->user);
	/* A change of user makes the process forget it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (status == 0)
		status = subscriber_files_import(
			config, fd, path, SUBSCRIBER_WRITE_SETTINGS, source, &count);
	if (status == 0 && count > 0)
		log_info("%s: %" PRIu64 " subscribers", path, count);
close_file:
	if (fd >= 0)
		close(fd);
	return status;
}

int subscriber_files_import_settings(const struct config *config, int stop_fd)
{
	struct pollfd polls[] = {{.fd = -1, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN}};
	pid_t child = fork();
	int ended = 0, status = 0;

	if (child == 0) {
		_exit(import_settings(config) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	if (child > 0)
		polls[0].fd = pidfd_open(child, 0);
	if (polls[0].fd < 0) {
		status = -errno;
		log_error("subscribers: %s", strerror(errno));
		goto kill_child;
	}
	while (poll(polls, 2, -1) < 0 && errno == EINTR)
		continue;
	if (polls[0].revents == 0)
		status = -EINTR;
	close(polls[0].fd);
kill_child:
	if (child > 0) {
		if (status != 0)
			kill(child, SIGKILL);
		while (waitpid(child, &ended, 0) < 0 && errno == EINTR)
			continue;
	}
	if (status != 0)
		return status;
	return WIFEXITED(ended) && WEXITSTATUS(ended) == EXIT_SUCCESS ? 0 : -EINVAL;
}
