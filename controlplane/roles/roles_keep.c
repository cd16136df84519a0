/* SPDX-License-Identifier: BSD-3-Clause */
#include "roles_keep.h"

#include "log.h"

/* One that can not be written fails its turn; the store has said so. */
static void put(void *context, uint64_t id, const struct record *record)
{
	struct roles_keeper *keeper = context;
	int status = store_kept_put(keeper->store, keeper->kind, id, record->octets, record->len);

	(void)status;
}

static void remove_record(void *context, uint64_t id)
{
	struct roles_keeper *keeper = context;
	int status = store_kept_remove(keeper->store, keeper->kind, id);

	(void)status;
}

static void open_one(struct roles *roles, struct roles_keeper *keeper, enum store_kept kind)
{
	*keeper = (struct roles_keeper){
		.keeper = {.put = put, .remove = remove_record, .context = keeper},
		.store = roles->store,
		.kind = kind,
	};
}

void roles_keep_open(struct roles *roles)
{
	open_one(roles, &roles->sa_sets, STORE_KEPT_SA_SETS);
	open_one(roles, &roles->registrations, STORE_KEPT_REGISTRATIONS);
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

int roles_keep_restore(struct roles *roles, const struct sa_channel *channel)
{
	int status = store_kept_begin(roles->store, sa_channel_instance(channel));

	if (status == 0)
		status = store_kept_each(roles->store, STORE_KEPT_SA_SETS, restore_sa_sets, roles);
	if (status == 0)
		status = store_kept_each(
			roles->store, STORE_KEPT_REGISTRATIONS, restore_registration, roles);
	if (status == 0 && pcscf_counters(roles->pcscf)->sets_restored > 0)
		log_notice("%llu sets of SAs and %zu registrations go on",
			(unsigned long long)pcscf_counters(roles->pcscf)->sets_restored,
			scscf_registrations(roles->scscf));
	return status;
}

void roles_keep_write(struct roles *roles)
{
	pcscf_keep(roles->pcscf);
	scscf_keep(roles->scscf);
}
