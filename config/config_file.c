/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int config_file_read(const char *path, char **text, size_t *len)
{
	/* A FIFO must not make us wait. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;
	size_t total = 0;
	char *buffer;
	int error;

	if (fd < 0)
		return -errno;
	error = fstat(fd, &status) ? -errno : 0;
	if (!error && S_ISDIR(status.st_mode))
		error = -EISDIR;
	else if (!error && !S_ISREG(status.st_mode))
		error = -EINVAL;
	if (error)
		goto close_file;
	/* One octet more than allowed: the size is what read finds, not what stat said before. */
	buffer = malloc(CONFIG_FILE_MAX + 1);
	if (!buffer) {
		error = -ENOMEM;
		goto close_file;
	}
	while (total <= CONFIG_FILE_MAX) {
		ssize_t part = read(fd, buffer + total, CONFIG_FILE_MAX + 1 - total);

		if (part < 0 && errno == EINTR)
			continue;
		if (part < 0) {
			error = -errno;
			goto free_buffer;
		}
		if (part == 0)
			break;
		total += (size_t)part;
	}
	if (total > CONFIG_FILE_MAX) {
		error = -EFBIG;
		goto free_buffer;
	}
	*text = buffer;
	*len = total;
	close(fd);
	return 0;

free_buffer:
	free(buffer);
close_file:
	close(fd);
	return error;
}
