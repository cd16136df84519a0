/* SPDX-License-Identifier: BSD-3-Clause */
/* A place for a UE whose flow is under way: all that a registration needs. */
#pragma once

#include "access.h"
#include "fleet_ue.h"
#include "options.h"

/* The same for all slots. */
struct fleet_slot_settings {
	const struct options *options;
	const struct aes128 *aes;
	const uint8_t *opc;
	struct access *access;
	struct report report; /* silent */
	/* The flow is over; failure: NULL where it went as it should. May come at once. */
	void (*done)(void *slot, const char *failure);
};

struct fleet_slot {
	const struct fleet_slot_settings *common;
	struct registration registration;
	struct registration_settings settings;
	struct isim_card card;
	char impi[256], impu[300];
	struct fleet_ue *ue; /* NULL: it is free */
	const struct fleet_flow *flow;
	void *context; /* the caller's */
};

/* context is set by the caller before; the rest is zero. 0 or -ENOMEM. */
int fleet_slot_open(struct fleet_slot *slot, const struct fleet_slot_settings *common,
	struct event_base *base) __attribute__((warn_unused_result));
void fleet_slot_close(struct fleet_slot *slot);

/* An address counts up in its last 4 octets. */
uint32_t fleet_slot_address(const struct net_address *address);

/* Begins a flow that has a verb. ue stays where it is until fleet_slot_leave. */
void fleet_slot_enter(struct fleet_slot *slot, struct fleet_ue *ue, const struct fleet_flow *flow);

/* After done: the slot is free, and the UE is returned. */
struct fleet_ue *fleet_slot_leave(struct fleet_slot *slot);
