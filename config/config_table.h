/* SPDX-License-Identifier: BSD-3-Clause */
/* Which settings there are: what schema.json says, in the loader's form. */
#pragma once

#include "config_reader.h"

/* The whole file; becomes a struct config. */
extern const struct config_rule config_table;
