/* SPDX-License-Identifier: BSD-3-Clause */
/* Read this first: the packet's way, both directions. Nothing waits for a fuller burst. */
#include "pipeline.h"

#include <stddef.h>

#include "esp_in.h"
#include "esp_out.h"
#include "fragment.h"
#include "guard.h"
#include "hand_over.h"
#include "mss_clamp.h"
#include "parse.h"
#include "port_rx.h"
#include "port_tx.h"
#include "reassemble.h"
#include "sa_lookup.h"
#include "sa_select.h"

static void fragment_inside(struct path *path, struct burst *burst)
{
	fragment(path, &path->inside, burst);
}

static void fragment_outside(struct path *path, struct burst *burst)
{
	fragment(path, &path->outside, burst);
}

const struct pipeline_pass pipeline_inbound_passes[] = {
	{"parse", parse},
	{"hand_over", hand_over_outside},
	{"reassemble_inbound", reassemble_inbound},
	{"guard", guard},
	{"sa_lookup", sa_lookup},
	{"esp_in", esp_in},
	{"mss_clamp", mss_clamp},
	{"fragment", fragment_inside},
	{NULL, NULL},
};

const struct pipeline_pass pipeline_outbound_passes[] = {
	{"parse", parse},
	{"hand_over", hand_over_inside},
	{"reassemble_outbound", reassemble_outbound},
	{"sa_select", sa_select},
	{"mss_clamp", mss_clamp},
	{"esp_out", esp_out},
	{"fragment", fragment_outside},
	{NULL, NULL},
};

static void run(const struct pipeline_pass *pass, struct path *path, struct burst *burst)
{
	for (; pass->name; pass++)
		pass->run(path, burst);
}

void pipeline_inbound(struct path *path, struct burst *burst)
{
	run(pipeline_inbound_passes, path, burst);
}

void pipeline_outbound(struct path *path, struct burst *burst)
{
	run(pipeline_outbound_passes, path, burst);
}

/* Returns how many packets these were. */
static unsigned forward_inbound(struct path *path, struct burst *burst)
{
	unsigned received = burst->count;

	if (received == 0)
		return 0;
	pipeline_inbound(path, burst);
	port_tx(&path->inside, burst, path->counters, &path->counters->inside_tx);
	return received;
}

static unsigned forward_outbound(struct path *path, struct burst *burst)
{
	unsigned received = burst->count;

	if (received == 0)
		return 0;
	pipeline_outbound(path, burst);
	port_tx(&path->outside, burst, path->counters, &path->counters->outside_tx);
	port_tx_answers(&path->inside, burst, path->counters, &path->counters->inside_tx);
	return received;
}

unsigned pipeline_poll_outside(struct path *path, struct burst *burst)
{
	port_rx(&path->outside, burst, &path->counters->outside_rx);
	if (burst->count == 0)
		reassemble_expire(path, burst->now);
	return forward_inbound(path, burst);
}

unsigned pipeline_poll_inside(struct path *path, struct burst *burst)
{
	port_rx(&path->inside, burst, &path->counters->inside_rx);
	return forward_outbound(path, burst);
}

unsigned pipeline_poll_workers(struct path *path, struct burst *burst)
{
	unsigned received;

	if (path->hand_over.workers < 2)
		return 0;
	hand_over_receive(path, PATH_OUTSIDE, burst);
	received = forward_inbound(path, burst);
	hand_over_receive(path, PATH_INSIDE, burst);
	return received + forward_outbound(path, burst);
}
