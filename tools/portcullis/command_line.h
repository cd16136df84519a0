/* SPDX-License-Identifier: BSD-3-Clause */
/* The words and options of the command. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

#define COMMAND_LINE_CONFIG    "/etc/portcullis/portcullis.json"
#define COMMAND_LINE_WORDS_MAX 4

struct command_line {
	const char *command;                       /* "show" */
	const char *words[COMMAND_LINE_WORDS_MAX]; /* "ue", "user@example.org" */
	int word_count;
	const char *config;
	const char *socket; /* NULL: the one that the settings name */
	bool json;
	bool replace, with_keys;                 /* subscriber import, export */
	const char *label, *direction, *address; /* sa list, delete; NULL: not given */
	uint32_t spi;                            /* 0: not given */
};

/* Options may stand anywhere. 0, or -EINVAL after a line on standard error. */
int command_line_parse(int argc, char **argv, struct command_line *out)
	__attribute__((warn_unused_result));
