/* SPDX-License-Identifier: BSD-3-Clause */
/* The operator's questions: a thin face on the control plane's API. */
#pragma once

#include <stdbool.h>

#include "command_line.h"

bool operator_knows(const struct command_line *line);

/* Asks and prints. The exit status of the program: 0 only where the answer was a good one. */
int operator_ask(const struct command_line *line);
