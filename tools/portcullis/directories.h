/* SPDX-License-Identifier: BSD-3-Clause */
/* The folders that the gateway lives in. */
#pragma once

#include "config.h"

/* Makes what is not there; each: 0, or -errno after a line that says what is wrong. */
int directories_make_run(const struct config *config) __attribute__((warn_unused_result));

/* The state directory belongs to the user that the control plane becomes, and to nobody else. */
int directories_make_state(const struct config *config) __attribute__((warn_unused_result));
