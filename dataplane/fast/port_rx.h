/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass: packets leave a port. First in both directions. */
#pragma once

#include "burst.h"
#include "path.h"

/* Takes what the port has, up to BURST_MAX, into an emptied burst. Never waits. */
void port_rx(const struct path_port *port, struct burst *burst, uint64_t *counter);
