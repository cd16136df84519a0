/* SPDX-License-Identifier: BSD-3-Clause */
#include "command_line.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

int command_line_parse(int argc, char **argv, struct command_line *out)
{
	static const struct option options[] = {
		{"config", required_argument, NULL, 'c'},
		{"socket", required_argument, NULL, 's'},
		{"json", no_argument, NULL, 'j'},
		{"replace", no_argument, NULL, 'r'},
		{"with-keys", no_argument, NULL, 'k'},
		{NULL, 0, NULL, 0},
	};
	int option;

	*out = (struct command_line){.config = COMMAND_LINE_CONFIG};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			out->config = optarg;
			break;
		case 's':
			out->socket = optarg;
			break;
		case 'j':
			out->json = true;
			break;
		case 'r':
			out->replace = true;
			break;
		case 'k':
			out->with_keys = true;
			break;
		default:
			return -EINVAL;
		}
	}
	if (optind == argc) {
		fprintf(stderr, "portcullis: a command is missing\n");
		return -EINVAL;
	}
	out->command = argv[optind++];
	if (argc - optind > COMMAND_LINE_WORDS_MAX) {
		fprintf(stderr, "portcullis: too many words after '%s'\n", out->command);
		return -EINVAL;
	}
	while (optind < argc)
		out->words[out->word_count++] = argv[optind++];
	return 0;
}
