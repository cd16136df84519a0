/* SPDX-License-Identifier: BSD-3-Clause */
/* One of the two sides: from a line of the settings to a DPDK port that runs. */
#pragma once

#include "buffers.h"
#include "config.h"
#include "path.h"

/* side: "outside", "inside", for messages and names. 0, or -errno after an error line. */
int port_open(const struct config_port *config, const char *side, const struct buffers *buffers,
	struct path_port *out) __attribute__((warn_unused_result));
void port_close(const struct config_port *config, const struct path_port *port);
