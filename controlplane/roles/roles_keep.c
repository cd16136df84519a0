/* SPDX-License-Identifier: BSD-3-Clause */
#include "roles_keep.h"

#include "log.h"
#include "store_turn.h"

#define AGAIN_MS 10000

/* The store has failed: what it holds is not what the roles have. Where this fails, too,
 * roles_keep_check sees that. */
static void write_all(void *context)
{
	struct roles *roles = context;

	if (store_kept_clear(roles->store, STORE_KEPT_SA_SETS) != 0 ||
		store_kept_clear(roles->store, STORE_KEPT_REGISTRATIONS) != 0)
		return;
	pcscf_keep_all(roles->pcscf);
	scscf_keep_all(roles->scscf);
}

void roles_keep_check(struct roles *roles)
{
	unsigned failures = store_turn_failures(roles->store);

	if (failures != roles->keep.failures)
		timer_queue_arm(&roles->timers, &roles->keep.again, AGAIN_MS, write_all, roles);
	roles->keep.failures = failures;
}

/* A write that fails fails its turn, which is seen at its end. */
static void put(void *context, uint64_t id, const struct record *record)
{
	struct roles_keeper *keeper = context;
	int status =
		store_kept_put(keeper->roles->store, keeper->kind, id, record->octets, record->len);

	(void)status;
}

static void remove_record(void *context, uint64_t id)
{
	struct roles_keeper *keeper = context;
	int status = store_kept_remove(keeper->roles->store, keeper->kind, id);

	(void)status;
}

static void open_one(struct roles *roles, struct roles_keeper *keeper, enum store_kept kind)
{
	*keeper = (struct roles_keeper){
		.keeper = {.put = put, .remove = remove_record, .context = keeper},
		.roles = roles,
		.kind = kind,
	};
}

void roles_keep_open(struct roles *roles)
{
	open_one(roles, &roles->keep.sa_sets, STORE_KEPT_SA_SETS);
	open_one(roles, &roles->keep.registrations, STORE_KEPT_REGISTRATIONS);
}

static bool restore_sa_sets(void *context, uint64_t id, const uint8_t *record, size_t len)
{
	struct roles *roles = context;

	return pcscf_restore(roles->pcscf, id, record, len);
}

static bool restore_registration(void *context, uint64_t id, const uint8_t *record, size_t len)
{
	struct roles *roles = context;

	return scscf_restore(roles->scscf, id, record, len);
}

static int restore(struct roles *roles, uint64_t instance)
{
	struct store *store = roles->store;
	int status = store_kept_begin(store, instance);

	store_turn_end(store); /* that this one tries is known, whatever comes of it */
	if (status == 0)
		status = store_kept_each(store, STORE_KEPT_SA_SETS, restore_sa_sets, roles);
	if (status == 0)
		status = store_kept_each(
			store, STORE_KEPT_REGISTRATIONS, restore_registration, roles);
	if (status == 0)
		status = store_kept_settle(store, instance);
	store_turn_end(store);
	return status;
}

int roles_keep_restore(struct roles *roles, const struct sa_channel *channel)
{
	int status = restore(roles, sa_channel_instance(channel));
	uint64_t sets = pcscf_counters(roles->pcscf)->sets_restored;

	if (sets > 0)
		log_notice("%llu sets of SAs and %zu registrations go on", (unsigned long long)sets,
			scscf_registrations(roles->scscf));
	return status;
}

void roles_keep_write(struct roles *roles)
{
	pcscf_keep(roles->pcscf);
	scscf_keep(roles->scscf);
}

bool roles_keep_has_changes(const struct roles *roles)
{
	return pcscf_has_changes(roles->pcscf) || scscf_has_changes(roles->scscf);
}
