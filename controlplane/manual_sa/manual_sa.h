/* SPDX-License-Identifier: BSD-3-Clause */
/* SAs with keys that an operator or another P-CSCF gives (RFC 4301 §4.5.1: manual techniques),
 * beside those of the registrations: the same ring, the same acknowledgement, the same table. */
#pragma once

#include "manual_sa_table.h"
#include "sa_client.h"

#define MANUAL_SA_UNDER_WAY 1024 /* not acknowledged yet: registrations find room beside them */

struct manual_sas;

struct manual_sas_settings {
	struct sa_client *sa_client;
	struct timer_queue *timers;
	uint32_t capacity;      /* of the data plane's tables together */
	uint16_t replay_window; /* the default, and the largest */
	/* Why the host that an SA names as local has no use for it, or NULL. */
	const char *(*fault_at_host)(void *context, const struct sa_parameters *sa);
	void *context;
};

/* Who gives SAs; lies inside him, and he takes leave before he goes. */
struct manual_sa_giver {
	/* Once for each that manual_sas_add has taken: 0, sa is live; or an errno of sa_channel.h,
	 * -ETIMEDOUT: it is not, and sa is gone after the call. index: of the giver. */
	void (*added)(struct manual_sa_giver *giver, uint64_t index, const struct manual_sa *sa,
		int status);
	/* There is room again, after -EAGAIN. */
	void (*room)(struct manual_sa_giver *giver);
	bool patient; /* he waits for the data plane however long that takes: no -ETIMEDOUT */
	bool waits;
	struct manual_sa_giver *next;
};

/* What settings point to outlives them. 0 or -ENOMEM. */
int manual_sas_create(const struct manual_sas_settings *settings, struct manual_sas **out)
	__attribute__((warn_unused_result));
void manual_sas_destroy(struct manual_sas *sas);

/* label: SA_LABEL_MAX with its NUL. 0: added will be called, later. -EAGAIN: room will be called.
 * -EINVAL, -EEXIST, -ENOSPC, -ENOMEM: nothing was sent, and *why says what is wrong. */
int manual_sas_add(struct manual_sas *sas, const char *label, const struct sa_parameters *sa,
	struct manual_sa_giver *giver, uint64_t index, const char **why)
	__attribute__((warn_unused_result));

/* Once a turn: room is called where there is room. */
void manual_sas_turn(struct manual_sas *sas);

/* He hears of nothing any more; what is under way is not stopped. */
void manual_sas_leave(struct manual_sas *sas, struct manual_sa_giver *giver);

/* For a status of added. */
const char *manual_sas_why(int status);

/* As manual_sa_table_next; a place behind the last one is the end. */
const struct manual_sa *manual_sas_next(
	const struct manual_sas *sas, const struct manual_sa_filter *filter, uint32_t *place);
bool manual_sas_at_end(const struct manual_sas *sas, uint32_t place);

#define MANUAL_SA_DELETED_MAX 1024 /* at once: registrations wait behind them */

/* Deletes those that one call of manual_sa_table_next after the other finds, and says which; the
 * number. What asks about one of them behind that finds it gone. */
unsigned manual_sas_delete(struct manual_sas *sas, const struct manual_sa_filter *filter,
	uint32_t *place, uint64_t handles[MANUAL_SA_DELETED_MAX]);

/* Is there an inbound one, perhaps still under way, that names this end and its port? */
bool manual_sas_from(const struct manual_sas *sas, const struct net_address *local,
	const struct net_endpoint *remote);

uint32_t manual_sas_count(const struct manual_sas *sas);
