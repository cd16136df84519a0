/* SPDX-License-Identifier: BSD-3-Clause */
/* The kernel end of a TAP port: its addresses, and the networks that are reached over it. */
#pragma once

#include "config.h"

/* What is there already stays. 0, or -errno after an error line. */
int tap_network_set(const struct config_port *port, const char *side)
	__attribute__((warn_unused_result));
