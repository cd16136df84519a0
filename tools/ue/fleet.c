/* SPDX-License-Identifier: BSD-3-Clause */
/* Many UEs in one process: a slot for each whose flow is under way, a little state for those
 * between two flows, four octets for the others. */
#include "fleet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attack.h"
#include "fleet_progress.h"
#include "fleet_slot.h"
#include "fleet_tally.h"

#define TICK_MS      2
#define UES_PER_SLOT 2 /* so many are on their walk at the same time */
#define ELSEWHERE    UINT32_MAX

struct fleet {
	const struct options *options;
	struct event_base *base;
	struct report *report;
	struct access access;
	struct event *tick;
	struct fleet_slot_settings common;
	struct fleet_slot *slots;
	uint32_t *slot_of;    /* by number of UE; ELSEWHERE: in none */
	struct fleet_ue *ues; /* on their walk */
	struct fleet_ue **idle, **spare;
	uint32_t ue_count, idle_count, spare_count;
	uint32_t admitted, ended; /* UEs */
	uint64_t stream;          /* decides whose turn it is */
	double start_ms;
	struct fleet_progress progress;
	struct fleet_tally tally;
};

/* The slot of the UE with this address, its first or its other one. */
static struct fleet_slot *find(struct fleet *fleet, const struct net_address *address)
{
	const struct options *options = fleet->options;
	uint32_t offset =
		fleet_slot_address(address) - fleet_slot_address(&options->settings.local.address);
	uint32_t slot;

	if (offset / options->count > 1)
		return NULL;
	slot = fleet->slot_of[offset % options->count];
	return slot == ELSEWHERE ? NULL : &fleet->slots[slot];
}

static void on_datagram(void *context, const struct net_endpoint *source,
	const struct net_address *to, const uint8_t *bytes, size_t len)
{
	struct fleet_slot *slot = find(context, to);

	if (slot)
		registration_datagram(&slot->registration, source, to, bytes, len);
}

static void on_packet(void *context, const struct ip_packet *packet)
{
	struct fleet_slot *slot = find(context, &packet->destination);

	if (slot)
		registration_packet(&slot->registration, packet);
}

static void on_done(void *context, const char *failure)
{
	struct fleet_slot *slot = context;
	struct fleet *fleet = slot->context;
	double took_ms = report_now_ms(fleet->report) - slot->registration.sm1_ms;

	if (!failure && slot->flow->replays)
		failure = attack_run("replay", &slot->registration, &slot->settings.local.address);
	fleet_tally_add(&fleet->tally, slot->flow, took_ms, failure);
	fleet->slot_of[slot->ue->number] = ELSEWHERE;
	fleet->idle[fleet->idle_count++] = fleet_slot_leave(slot);
}

static void admit(struct fleet *fleet)
{
	const struct options *options = fleet->options;

	while (fleet->spare_count > 0 && fleet->admitted < options->count) {
		struct fleet_ue *ue = fleet->spare[--fleet->spare_count];

		fleet_ue_open(ue, fleet->admitted++, options->seed,
			options->scenario == FLEET_MIXED ? options->steps : 1,
			options->loss_percent);
		fleet->idle[fleet->idle_count++] = ue;
	}
}

static struct fleet_ue *draw_ue(struct fleet *fleet)
{
	struct random random = random_seeded(&fleet->stream);
	struct fleet_ue *drawn;
	uint32_t i;

	admit(fleet);
	if (fleet->idle_count == 0)
		return NULL;
	i = random_u32(&random) % fleet->idle_count;
	drawn = fleet->idle[i];
	fleet->idle[i] = fleet->idle[--fleet->idle_count];
	return drawn;
}

static void retire(struct fleet *fleet, struct fleet_ue *ue)
{
	fleet->tally.lost += ue->loss.lost;
	fleet_ue_close(ue);
	fleet->spare[fleet->spare_count++] = ue;
	if (++fleet->ended == fleet->options->count)
		event_base_loopbreak(fleet->base);
}

/* The next flow of some UE. */
static void begin(struct fleet *fleet, struct fleet_slot *slot)
{
	struct fleet_ue *ue;

	while ((ue = draw_ue(fleet))) {
		const struct fleet_flow *flow = fleet_ue_next(ue, fleet->options->scenario);

		if (flow && flow->verb) {
			fleet->tally.begun++;
			fleet->slot_of[ue->number] = (uint32_t)(slot - fleet->slots);
			fleet_slot_enter(slot, ue, flow);
			return;
		}
		if (flow)
			fleet_tally_add(&fleet->tally, flow, 0, NULL);
		retire(fleet, ue);
	}
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	struct fleet *fleet = context;
	double now_ms = report_now_ms(fleet->report);
	double due = (now_ms - fleet->start_ms) * fleet->options->rate / 1000 + 1;
	uint32_t i;

	(void)fd;
	(void)what;
	for (i = 0; i < fleet->options->parallel && fleet->tally.begun < due; i++) {
		if (!fleet->slots[i].ue)
			begin(fleet, &fleet->slots[i]);
	}
	fleet_progress_tell(&fleet->progress, &fleet->tally, fleet->ended, now_ms);
}

static int open_slots(struct fleet *fleet)
{
	uint32_t i;

	for (i = 0; i < fleet->options->parallel; i++) {
		fleet->slots[i].context = fleet;
		if (fleet_slot_open(&fleet->slots[i], &fleet->common, fleet->base))
			return -ENOMEM;
	}
	return 0;
}

static int open_ues(struct fleet *fleet)
{
	const struct options *options = fleet->options;
	uint64_t most = (uint64_t)UES_PER_SLOT * options->parallel;
	uint32_t i;

	fleet->ue_count = most < options->count ? (uint32_t)most : options->count;
	fleet->ues = calloc(fleet->ue_count, sizeof(*fleet->ues));
	fleet->idle = malloc(fleet->ue_count * sizeof(struct fleet_ue *));
	fleet->spare = malloc(fleet->ue_count * sizeof(struct fleet_ue *));
	fleet->slot_of = malloc(options->count * sizeof(*fleet->slot_of));
	if (!fleet->ues || !fleet->idle || !fleet->spare || !fleet->slot_of)
		return -ENOMEM;
	memset(fleet->slot_of, 0xff, options->count * sizeof(*fleet->slot_of));
	for (i = fleet->ue_count; i > 0; i--)
		fleet->spare[fleet->spare_count++] = &fleet->ues[i - 1];
	return 0;
}

static void close_all(struct fleet *fleet)
{
	uint32_t i;

	if (fleet->tick)
		event_free(fleet->tick);
	for (i = 0; fleet->slots && i < fleet->options->parallel; i++)
		fleet_slot_close(&fleet->slots[i]);
	for (i = 0; fleet->ues && i < fleet->ue_count; i++)
		fleet_ue_close(&fleet->ues[i]);
	free(fleet->slots);
	free(fleet->ues);
	free(fleet->idle);
	free(fleet->spare);
	free(fleet->slot_of);
	fleet_tally_close(&fleet->tally);
	access_close(&fleet->access);
}

static int open_network(struct fleet *fleet)
{
	struct access_receiver receiver = {on_datagram, on_packet, fleet};
	struct net_endpoint any = fleet->options->settings.local;
	char error[ACCESS_ERROR_MAX];
	int result;

	memset(any.address.bytes, 0, sizeof(any.address.bytes));
	result = access_open(&fleet->access, fleet->base, &any, NULL, &receiver, error);
	if (result)
		fprintf(stderr, "portcullis-ue: network: %s\n", error);
	return result;
}

static int open_all(struct fleet *fleet)
{
	const struct timeval tick = {0, TICK_MS * 1000};

	fleet->slots = calloc(fleet->options->parallel, sizeof(*fleet->slots));
	fleet->tick = event_new(fleet->base, -1, EV_PERSIST, on_tick, fleet);
	if (!fleet->slots || !fleet->tick || open_ues(fleet) || fleet_tally_open(&fleet->tally) ||
		open_slots(fleet) || event_add(fleet->tick, &tick))
		return -ENOMEM;
	return 0;
}

int fleet_run(const struct options *options, const struct aes128 *aes, const uint8_t opc[16],
	struct event_base *base, struct report *report)
{
	struct fleet fleet = {.options = options,
		.base = base,
		.report = report,
		.common = {.options = options,
			.aes = aes,
			.opc = opc,
			.access = &fleet.access,
			.report = {.is_silent = true, .start_us = report->start_us},
			.done = on_done},
		.stream = options->seed,
		.start_ms = report_now_ms(report)};
	int result = open_network(&fleet);

	if (result)
		return result;
	fleet_progress_open(&fleet.progress, options->progress, fleet.start_ms);
	result = open_all(&fleet);
	if (!result) {
		result = event_base_dispatch(base) < 0 ? -EIO : 0;
		fleet_progress_close(&fleet.progress);
		fleet_tally_tell(&fleet.tally, report, options->seed,
			report_now_ms(report) - fleet.start_ms);
		if (!result && fleet.tally.failed > 0)
			result = -EPROTO;
	}
	close_all(&fleet);
	return result;
}
