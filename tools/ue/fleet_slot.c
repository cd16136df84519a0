/* SPDX-License-Identifier: BSD-3-Clause */
/* From the number of a UE to its identity, its keys and its flow. */
#include "fleet_slot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "script.h"

int fleet_slot_open(
	struct fleet_slot *slot, const struct fleet_slot_settings *common, struct event_base *base)
{
	struct registration *registration = &slot->registration;

	slot->common = common;
	registration->settings = &slot->settings;
	registration->card = &slot->card;
	registration->access = common->access;
	registration->report = &common->report;
	registration->done = common->done;
	registration->context = slot;
	return registration_open(registration, base);
}

void fleet_slot_close(struct fleet_slot *slot)
{
	if (slot->common)
		registration_close(&slot->registration);
	secret_wipe_bytes(&slot->card, sizeof(slot->card));
}

static size_t last_octets(const struct net_address *address)
{
	return address->family == NET_IPV4 ? 0 : 12;
}

uint32_t fleet_slot_address(const struct net_address *address)
{
	return bytes_load_be32(address->bytes + last_octets(address));
}

/* IMSI-like: the digits before '@' count up, their number stays. */
static void name(struct fleet_slot *slot, const char *base, uint32_t number)
{
	int digits = (int)strcspn(base, "@");

	snprintf(slot->impi, sizeof(slot->impi), "%0*llu%s", digits,
		strtoull(base, NULL, 10) + number, base + digits);
	snprintf(slot->impu, sizeof(slot->impu), "sip:%s", slot->impi);
}

static void open_card(struct fleet_slot *slot, uint32_t number)
{
	const struct fleet_slot_settings *common = slot->common;
	uint8_t k[16];

	memcpy(k, common->options->k, sizeof(k));
	bytes_store_be32(k + 12, bytes_load_be32(k + 12) + number);
	milenage_open(&slot->card.milenage, common->aes, k, common->opc);
	secret_wipe_bytes(k, sizeof(k));
}

void fleet_slot_enter(struct fleet_slot *slot, struct fleet_ue *ue, const struct fleet_flow *flow)
{
	const struct options *options = slot->common->options;
	struct net_address *address = &slot->settings.local.address;

	slot->ue = ue;
	slot->flow = flow;
	ue->is_moved ^= flow->moves;
	name(slot, options->settings.impi, ue->number);
	slot->settings = options->settings;
	slot->settings.impi = slot->impi;
	slot->settings.impu = slot->impu;
	bytes_store_be32(address->bytes + last_octets(address),
		fleet_slot_address(address) + ue->number + (ue->is_moved ? options->count : 0));
	open_card(slot, ue->number);
	fleet_ue_enter(ue, &slot->registration);
	registration_start(&slot->registration, script_order(flow->verb));
}

struct fleet_ue *fleet_slot_leave(struct fleet_slot *slot)
{
	struct fleet_ue *ue = slot->ue;

	fleet_ue_leave(ue, &slot->registration);
	slot->ue = NULL;
	return ue;
}
