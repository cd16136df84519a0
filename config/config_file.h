/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings' file as text in memory. */
#pragma once

#include <stddef.h>

#define CONFIG_FILE_MAX (1024 * 1024)

/* 0 and the whole content, which the caller frees; -EISDIR, -EINVAL (no regular file), -EFBIG
 * (more than CONFIG_FILE_MAX octets), or the -errno of open and read. */
int config_file_read(const char *path, char **text, size_t *len)
	__attribute__((warn_unused_result));
