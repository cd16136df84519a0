/* SPDX-License-Identifier: BSD-3-Clause */
/* Many UEs in one process: a slot for each that is under way, no more. */
#include "fleet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "fleet_tally.h"

#define TICK_MS 2
#define FREE    UINT32_MAX

struct slot {
	struct fleet *fleet;
	struct registration registration;
	struct registration_settings settings;
	struct report silent;
	struct isim_card card;
	char impi[256], impu[300];
	uint32_t ue; /* FREE: none */
};

struct fleet {
	const struct options *options;
	const struct aes128 *aes;
	const uint8_t *opc;
	struct event_base *base;
	struct report *report;
	struct access access;
	struct event *tick;
	struct slot *slots;
	uint32_t *slot_of; /* by UE; FREE: not under way */
	uint32_t started, ended;
	double start_ms, told_ms;
	struct fleet_tally tally;
};

/* Where the last 4 octets of an address begin, in which it counts up. */
static size_t last_octets(const struct net_address *address)
{
	return address->family == NET_IPV4 ? 0 : 12;
}

static uint32_t number_of(const struct net_address *address)
{
	return bytes_load_be32(address->bytes + last_octets(address));
}

static uint32_t address_of(const struct options *options)
{
	return number_of(&options->settings.local.address);
}

/* The UE with this address, where it is under way. */
static struct slot *find(struct fleet *fleet, uint32_t address)
{
	uint32_t ue = address - address_of(fleet->options);

	if (ue >= fleet->options->count || fleet->slot_of[ue] == FREE)
		return NULL;
	return &fleet->slots[fleet->slot_of[ue]];
}

static void on_datagram(void *context, const struct net_endpoint *source,
	const struct net_address *to, const uint8_t *bytes, size_t len)
{
	struct slot *slot = find(context, number_of(to));

	if (slot)
		registration_datagram(&slot->registration, source, to, bytes, len);
}

static void on_packet(void *context, const struct ip_packet *packet)
{
	struct slot *slot = find(context, number_of(&packet->destination));

	if (slot)
		registration_packet(&slot->registration, packet);
}

static void tell_progress(struct fleet *fleet, double now_ms)
{
	if (now_ms - fleet->told_ms < 1000)
		return;
	fleet->told_ms = now_ms;
	report_event(fleet->report, "progress",
		json_pack("{s:I, s:I, s:I}", "started", (json_int_t)fleet->started, "registered",
			(json_int_t)fleet->tally.registered, "failed",
			(json_int_t)(fleet->ended - fleet->tally.registered)),
		"%u started, %u registered, %u failed", fleet->started, fleet->tally.registered,
		fleet->ended - fleet->tally.registered);
}

static void on_done(void *context, const char *failure)
{
	struct slot *slot = context;
	struct fleet *fleet = slot->fleet;
	double now_ms = report_now_ms(fleet->report);

	fleet_tally_add(&fleet->tally, now_ms - slot->registration.sm1_ms, failure);
	fleet->slot_of[slot->ue] = FREE;
	slot->ue = FREE;
	if (++fleet->ended == fleet->options->count)
		event_base_loopbreak(fleet->base);
}

/* IMSI-like: the digits before '@' count up, their number stays. */
static void name(struct slot *slot, const char *base, uint32_t ue)
{
	int digits = (int)strcspn(base, "@");

	snprintf(slot->impi, sizeof(slot->impi), "%0*llu%s", digits, strtoull(base, NULL, 10) + ue,
		base + digits);
	snprintf(slot->impu, sizeof(slot->impu), "sip:%s", slot->impi);
}

static void start(struct fleet *fleet, struct slot *slot)
{
	static const struct registration_order order = {.conduct = REGISTRATION_HONEST};
	const struct options *options = fleet->options;
	struct net_address *address = &slot->settings.local.address;
	uint32_t ue = fleet->started++;
	uint8_t k[16];

	memcpy(k, options->k, sizeof(k));
	bytes_store_be32(k + 12, bytes_load_be32(k + 12) + ue);
	milenage_open(&slot->card.milenage, fleet->aes, k, fleet->opc);
	secret_wipe_bytes(k, sizeof(k));
	memset(&slot->card.sqn, 0, sizeof(slot->card.sqn));
	name(slot, options->settings.impi, ue);
	slot->settings = options->settings;
	slot->settings.impi = slot->impi;
	slot->settings.impu = slot->impu;
	bytes_store_be32(address->bytes + last_octets(address), number_of(address) + ue);
	slot->ue = ue;
	fleet->slot_of[ue] = (uint32_t)(slot - fleet->slots);
	slot->registration.established = NULL;
	slot->registration.state = REGISTRATION_IDLE;
	registration_start(&slot->registration, &order);
}

static void on_tick(evutil_socket_t fd, short what, void *context)
{
	struct fleet *fleet = context;
	double now_ms = report_now_ms(fleet->report);
	double due = (now_ms - fleet->start_ms) * fleet->options->rate / 1000 + 1;
	uint32_t i;

	(void)fd;
	(void)what;
	for (i = 0; i < fleet->options->parallel && fleet->started < fleet->options->count &&
		    fleet->started < due;
		i++) {
		if (fleet->slots[i].ue == FREE)
			start(fleet, &fleet->slots[i]);
	}
	tell_progress(fleet, now_ms);
}

static int open_slots(struct fleet *fleet)
{
	uint32_t i;

	for (i = 0; i < fleet->options->parallel; i++) {
		struct slot *slot = &fleet->slots[i];
		struct registration *registration = &slot->registration;

		slot->fleet = fleet;
		slot->ue = FREE;
		slot->silent = *fleet->report;
		slot->silent.is_silent = true;
		registration->settings = &slot->settings;
		registration->card = &slot->card;
		registration->access = &fleet->access;
		registration->report = &slot->silent;
		registration->random = random_system();
		registration->done = on_done;
		registration->context = slot;
		if (registration_open(registration, fleet->base))
			return -ENOMEM;
	}
	return 0;
}

static void close_slots(struct fleet *fleet)
{
	uint32_t i;

	for (i = 0; fleet->slots && i < fleet->options->parallel; i++) {
		if (fleet->slots[i].fleet)
			registration_close(&fleet->slots[i].registration);
		secret_wipe_bytes(&fleet->slots[i].card, sizeof(fleet->slots[i].card));
	}
	free(fleet->slots);
	free(fleet->slot_of);
	fleet_tally_close(&fleet->tally);
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

int fleet_run(const struct options *options, const struct aes128 *aes, const uint8_t opc[16],
	struct event_base *base, struct report *report)
{
	const struct timeval tick = {0, TICK_MS * 1000};
	struct fleet fleet = {.options = options,
		.aes = aes,
		.opc = opc,
		.base = base,
		.report = report,
		.start_ms = report_now_ms(report),
		.told_ms = report_now_ms(report)};
	int result = open_network(&fleet);

	if (result)
		return result;
	fleet.slots = calloc(options->parallel, sizeof(*fleet.slots));
	fleet.slot_of = malloc(options->count * sizeof(*fleet.slot_of));
	fleet.tick = event_new(base, -1, EV_PERSIST, on_tick, &fleet);
	result = -ENOMEM;
	if (!fleet.slots || !fleet.slot_of || !fleet.tick ||
		fleet_tally_open(&fleet.tally, options->count) || open_slots(&fleet) ||
		event_add(fleet.tick, &tick))
		goto close_fleet;
	memset(fleet.slot_of, 0xff, options->count * sizeof(*fleet.slot_of));
	result = event_base_dispatch(base) < 0 ? -EIO : 0;
	fleet_tally_tell(&fleet.tally, report, report_now_ms(report) - fleet.start_ms);
	if (!result && fleet.tally.registered < options->count)
		result = -EPROTO;
close_fleet:
	if (fleet.tick)
		event_free(fleet.tick);
	close_slots(&fleet);
	access_close(&fleet.access);
	return result;
}
