/* SPDX-License-Identifier: BSD-3-Clause */
#include "arguments.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static int read_descriptor(const char *text, int *out)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value < 0 || value > 65535)
		return -EINVAL;
	*out = (int)value;
	return 0;
}

int arguments_parse(int argc, char **argv, struct arguments *out)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"channel-fd", required_argument, NULL, 's'},
		{"wake-fd", required_argument, NULL, 'w'},
		{"ready-fd", required_argument, NULL, 'r'},
		{NULL, 0, NULL, 0},
	};
	int option, status = 0;

	*out = (struct arguments){.channel_fd = -1, .wake_fd = -1, .ready_fd = -1};
	while (status == 0 && (option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'c')
			out->config = optarg;
		else if (option == 's')
			status = read_descriptor(optarg, &out->channel_fd);
		else if (option == 'w')
			status = read_descriptor(optarg, &out->wake_fd);
		else if (option == 'r')
			status = read_descriptor(optarg, &out->ready_fd);
		else
			status = -EINVAL;
	}
	if (status == 0 && optind == argc && out->config && out->channel_fd >= 0 &&
		out->wake_fd >= 0 && out->ready_fd >= 0)
		return 0;
	fprintf(stderr, "portcullis-controlplane is started by portcullis run; usage: "
			"--config FILE --channel-fd N --wake-fd N --ready-fd N\n");
	return -EINVAL;
}
