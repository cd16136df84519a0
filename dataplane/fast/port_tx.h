/* SPDX-License-Identifier: BSD-3-Clause */
/* Pass: packets go to the other port. Last in both directions. */
#pragma once

#include "burst.h"
#include "path.h"

/* Sends what the passes kept, then what they passed, then fragments, and frees what they dropped or
 * the port did not take. The burst is empty afterwards, but for its answers. */
void port_tx(const struct path_port *port, struct burst *burst, struct worker_counters *counters,
	uint64_t *counter);

/* To the side from which the burst came. */
void port_tx_answers(const struct path_port *port, struct burst *burst,
	struct worker_counters *counters, uint64_t *counter);
