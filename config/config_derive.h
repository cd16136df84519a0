/* SPDX-License-Identifier: BSD-3-Clause */
/* Defaults that follow from other settings: the API's socket, names of the roles, the place of the
 * subscribers' file. */
#pragma once

#include "config.h"
#include "config_reader.h"

/* Fills in what is still empty. 0, or -EINVAL with the reader's error set where a result is too
 * long. */
int config_derive(struct config_reader *reader, const char *directory, struct config *config)
	__attribute__((warn_unused_result));
