/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside TAP: the supervisor holds it, so that sockets, addresses and neighbours on its
 * kernel end survive a data plane that is restarted, and it goes when the supervisor goes. */
#pragma once

#include "config.h"

/* Makes the TAP that port (of kind CONFIG_PORT_TAP) names; *fd holds it in being, as a queue that
 * takes no packets. 0, or -errno after a line that says what to do. */
int inside_tap_create(const struct config_port *port, int *fd) __attribute__((warn_unused_result));
