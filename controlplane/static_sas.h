/* SPDX-License-Identifier: BSD-3-Clause */
/* The settings' "sas", given at start as the operator gives others later. */
#pragma once

#include "config.h"
#include "manual_sa.h"

struct static_sas {
	struct config *config;
	struct manual_sas *sas;
	struct sa_client *sa_client;
	struct timer_queue *timers;
	bool flushed;
	struct manual_sa_giver giver;
	struct timer again, silence;
	struct {
		bool waits; /* to be given, or given again */
		uint8_t tries;
	} states[CONFIG_SAS_MAX];
};

/* In place; what is pointed to outlives it. A key in config is wiped once its SA is live or
 * refused. They wait for the data plane however long it is away. Where a predecessor had given the
 * same, SPI and key, that one goes on; behind the last one all that nobody knows any more is
 * flushed. */
void static_sas_install(struct static_sas *all, struct config *config, struct manual_sas *sas,
	struct sa_client *sa_client, struct timer_queue *timers);

/* Before sas and timers go. */
void static_sas_leave(struct static_sas *all);
