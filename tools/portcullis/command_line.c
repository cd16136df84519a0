/* SPDX-License-Identifier: BSD-3-Clause */
#include "command_line.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static int read_spi(const char *text, uint32_t *out)
{
	char *end;
	unsigned long long value = strtoull(text, &end, 0);

	if (!isdigit((unsigned char)text[0]) || *end || value == 0 || value > UINT32_MAX) {
		fprintf(stderr, "portcullis: --spi: '%s' is no number from 1 to 4294967295\n",
			text);
		return -EINVAL;
	}
	*out = (uint32_t)value;
	return 0;
}

static const struct option options[] = {
	{"config", required_argument, NULL, 'c'},
	{"socket", required_argument, NULL, 's'},
	{"json", no_argument, NULL, 'j'},
	{"replace", no_argument, NULL, 'r'},
	{"with-keys", no_argument, NULL, 'k'},
	{"label", required_argument, NULL, 'l'},
	{"direction", required_argument, NULL, 'd'},
	{"address", required_argument, NULL, 'a'},
	{"spi", required_argument, NULL, 'i'},
	{NULL, 0, NULL, 0},
};

int command_line_parse(int argc, char **argv, struct command_line *out)
{
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
		case 'l':
			out->label = optarg;
			break;
		case 'd':
			out->direction = optarg;
			break;
		case 'a':
			out->address = optarg;
			break;
		case 'i':
			if (read_spi(optarg, &out->spi) != 0)
				return -EINVAL;
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
