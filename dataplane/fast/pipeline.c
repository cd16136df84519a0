/* SPDX-License-Identifier: BSD-3-Clause */
/* Read this first: the packet's way, both directions. Nothing waits for a fuller burst. */
#include "pipeline.h"

#include "decap.h"
#include "encap.h"
#include "first_use.h"
#include "fragment.h"
#include "guard.h"
#include "integrity.h"
#include "mss_clamp.h"
#include "parse.h"
#include "port_rx.h"
#include "port_tx.h"
#include "reassemble.h"
#include "replay.h"
#include "sa_lookup.h"
#include "sa_select.h"
#include "selectors.h"

void pipeline_inbound(struct path *path, struct burst *burst)
{
	parse(path, burst);
	reassemble_inbound(path, burst);
	guard(path, burst);
	sa_lookup(path, burst);
	replay_check(path, burst);
	integrity_verify(path, burst);
	replay_move(path, burst);
	decap(path, burst);
	selectors(path, burst);
	mss_clamp(path, burst);
	first_use(path, burst);
	fragment(path, &path->inside, burst);
}

void pipeline_outbound(struct path *path, struct burst *burst)
{
	parse(path, burst);
	reassemble_outbound(path, burst);
	sa_select(path, burst);
	mss_clamp(path, burst);
	encap(path, burst);
	integrity_protect(path, burst);
	fragment(path, &path->outside, burst);
}

unsigned pipeline_poll_outside(struct path *path, struct burst *burst)
{
	unsigned received;

	port_rx(&path->outside, burst, &path->counters->outside_rx);
	received = burst->count;
	if (received == 0) {
		reassemble_expire(path, burst->now);
		return 0;
	}
	pipeline_inbound(path, burst);
	port_tx(&path->inside, burst, path->counters, &path->counters->inside_tx);
	return received;
}

unsigned pipeline_poll_inside(struct path *path, struct burst *burst)
{
	unsigned received;

	port_rx(&path->inside, burst, &path->counters->inside_rx);
	received = burst->count;
	if (received == 0)
		return 0;
	pipeline_outbound(path, burst);
	port_tx(&path->outside, burst, path->counters, &path->counters->outside_tx);
	port_tx_answers(&path->inside, burst, path->counters, &path->counters->inside_tx);
	return received;
}
