/* SPDX-License-Identifier: BSD-3-Clause */
/* How the supervisor starts the control plane. */
#pragma once

struct arguments {
	const char *config;
	int channel_fd, wake_fd, ready_fd;
};

/* 0, or -EINVAL after a line on standard error. */
int arguments_parse(int argc, char **argv, struct arguments *out)
	__attribute__((warn_unused_result));
