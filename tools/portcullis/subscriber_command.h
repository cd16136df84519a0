/* SPDX-License-Identifier: BSD-3-Clause */
/* portcullis subscriber import|export|show: the subscribers' store, with or without a gateway that
 * runs on it. */
#pragma once

#include "command_line.h"

bool subscriber_command_knows(const struct command_line *line);

/* The exit status of the program. */
int subscriber_command_run(const struct command_line *line);
