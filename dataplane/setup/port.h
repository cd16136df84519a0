/* SPDX-License-Identifier: BSD-3-Clause */
/* One of the two sides: from a line of the settings to a DPDK port that runs. */
#pragma once

#include "buffers.h"
#include "config.h"
#include "path.h"

struct port {
	uint16_t id, mtu;   /* as in struct path_port */
	uint16_t rx_queues; /* at most one per worker; each worker has one to send on */
};

/* side: "outside", "inside", for messages and names. 0, or -errno after an error line. */
int port_open(const struct config_port *config, const char *side, uint16_t workers,
	const struct buffers *buffers, struct port *out) __attribute__((warn_unused_result));
void port_close(const struct config_port *config, const struct port *port);

/* What one worker has of it. */
struct path_port port_of_worker(const struct port *port, uint16_t worker);
