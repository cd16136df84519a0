/* SPDX-License-Identifier: BSD-3-Clause */
/* A connection to the control plane's API: lines of JSON. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "command_line.h"

/* To the socket that the options or else the settings name; NULL after a line on standard error. */
FILE *api_socket_open(const struct command_line *line);

/* Takes arguments. 0, or -errno after a line. */
int api_socket_ask(FILE *api, const char *command, json_t *arguments);

/* One answer; the caller frees it. NULL after a line. */
json_t *api_socket_answer(FILE *api);
