/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "config.h"
#include "link_events.h"
#include "port.h"
#include "sa_channel.h"

struct port_link {
	const struct config_port *config;
	enum sa_channel_side side;
	uint16_t id; /* of ethdev */
	enum sa_channel_link is;
	struct link_events events; /* of a TAP */
};

/* Once the port is open. The settings must outlive it. */
void port_link_begin(const struct config_port *config, enum sa_channel_side side,
	const struct port *port, struct port_link *out);
void port_link_end(struct port_link *link);

/* Is the link up? What has changed is said in a line, and told to the control plane. When it is
 * back the port itself goes on; a TAP's kernel end gets its addresses and routes again, also where
 * it was down for a moment only. */
void port_link_look(struct port_link *link, struct sa_channel *channel);
