/* SPDX-License-Identifier: BSD-3-Clause */
/* "portcullis sa …": SAs that are given by hand, to a gateway that runs. */
#pragma once

#include <stdbool.h>

#include "command_line.h"

bool sa_command_knows(const struct command_line *line);

/* The exit status of the program. */
int sa_command_run(const struct command_line *line);
