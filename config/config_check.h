/* SPDX-License-Identifier: BSD-3-Clause */
/* Settings that are right each by itself, but not together. */
#pragma once

#include "config.h"
#include "config_reader.h"

/* 0, or -EINVAL with the reader's error set. */
int config_check(struct config_reader *reader, const struct config *config)
	__attribute__((warn_unused_result));
