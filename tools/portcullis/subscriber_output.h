/* SPDX-License-Identifier: BSD-3-Clause */
/* What a person or a program sees of subscribers. */
#pragma once

#include <stdio.h>

#include "command_line.h"
#include "store.h"
#include "subscriber_store.h"

/* All of them as JSON, with keys where the line says so. 0 or -errno. */
int subscriber_output_all(const struct command_line *line, struct subscriber_store *store,
	struct store *state, FILE *out) __attribute__((warn_unused_result));

/* The one whose IMPI or IMPU the line names; never a key. 0, or -errno after a line. */
int subscriber_output_one(const struct command_line *line, struct subscriber_store *store,
	struct store *state, FILE *out) __attribute__((warn_unused_result));
