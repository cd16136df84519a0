/* SPDX-License-Identifier: BSD-3-Clause */
#include "directories.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

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

static const char *remedy(int status)
{
	return status == -EACCES || status == -EPERM ? "; run as root, or name another folder" : "";
}

int directories_make_run(const struct config *config)
{
	int status = make_directory(config->run_directory, 0755);

	if (status != 0)
		log_error("run_directory %s can not be made: %s%s", config->run_directory,
			strerror(-status), remedy(status));
	return status;
}

int directories_make_state(const struct config *config)
{
	const struct passwd *user = getpwnam(config->user);
	int status = make_directory(config->state_directory, 0700);

	if (status != 0) {
		log_error("state_directory %s can not be made: %s%s", config->state_directory,
			strerror(-status), remedy(status));
		return status;
	}
	if (geteuid() == 0 && user &&
		chown(config->state_directory, user->pw_uid, user->pw_gid) != 0) {
		log_error("state_directory %s can not be given to %s: %s", config->state_directory,
			config->user, strerror(errno));
		return -errno;
	}
	return 0;
}
