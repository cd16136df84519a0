/* SPDX-License-Identifier: BSD-3-Clause */
/* P-CSCF, I-CSCF, S-CSCF and HSS in one process: each one's next hop is the next one's door. No
 * socket, no event loop: whoever owns it calls roles_turn. */
#pragma once

#include "clock.h"
#include "config.h"
#include "hss.h"
#include "icscf.h"
#include "manual_sa.h"
#include "pcscf.h"
#include "scscf.h"
#include "store_kept.h"

/* All outlive the roles. */
struct roles_settings {
	const struct config *config;
	struct sa_channel *channel;
	struct store *store;
	struct subscriber_store *subscribers;
	const struct aes128 *aes;
	struct clock clock;
	struct random random;
	struct sip_next_hop ues; /* the transport: requests for UEs leave by their flow */
};

/* Where one role's records lie. */
struct roles_keeper {
	struct keeper keeper;
	struct roles *roles;
	enum store_kept kind;
};

/* What the roles keep: roles_keep.h. */
struct roles_keep {
	struct roles_keeper sa_sets, registrations;
	unsigned failures; /* of the store's turns, that have been seen */
	struct timer again;
};

struct roles {
	const struct config *config;
	struct store *store;
	struct subscriber_store *subscribers;
	struct timer_queue timers;
	struct trace trace;
	struct sa_client *sa_client;
	struct manual_sas *manual_sas;
	struct hss *hss;
	struct scscf *scscf;
	struct icscf *icscf;
	struct pcscf *pcscf;
	struct roles_keep keep;
};

/* In place: it must not move. What a predecessor left in the store goes on; its other SAs stay
 * until sa_client_flush. 0 or -errno, then nothing is left. */
int roles_create(const struct roles_settings *settings, struct roles *roles)
	__attribute__((warn_unused_result));

/* The end of a turn: timers that are due, then commits, and what waited for them, until nothing is
 * left to be written. */
void roles_turn(struct roles *roles);

/* No request may be under way any more. */
void roles_destroy(struct roles *roles);
