/* SPDX-License-Identifier: BSD-3-Clause */
#include "scscf_keep.h"

#include <stddef.h>
#include <string.h>

#include "cx_identity.h"
#include "scscf_expiry.h"
#include "scscf_record.h"
#include "scscf_state.h"

void scscf_keep_changed(struct scscf_registration *registration)
{
	kept_change(&registration->user->scscf->kept, &registration->kept);
}

void scscf_keep_all(struct scscf *scscf)
{
	for (struct scscf_user *user = scscf->users; user; user = user->hh.next)
		scscf_keep_user_changed(user);
}

void scscf_keep_user_changed(struct scscf_user *user)
{
	for (struct scscf_registration *set = user->sets; set; set = set->next_set)
		scscf_keep_changed(set);
}

void scscf_keep_forget(struct scscf_registration *registration)
{
	kept_remove(&registration->user->scscf->kept, &registration->kept);
}

bool scscf_has_changes(const struct scscf *scscf)
{
	return kept_has_changes(&scscf->kept);
}

void scscf_keep(struct scscf *scscf)
{
	struct record record = {.len = 0};
	struct kept *kept;

	while ((kept = kept_take(&scscf->kept)) != NULL) {
		scscf_record_put(&record,
			(struct scscf_registration *)((char *)kept -
						      offsetof(struct scscf_registration, kept)));
		kept_write(&scscf->kept, kept, &record);
	}
	record_free(&record);
}

/* Who is damaged must not displace who is not. */
static bool is_sound(const struct scscf *scscf, const struct scscf_record *kept)
{
	if (!cx_identity_is_impi(kept->impi, strlen(kept->impi)))
		return false;
	for (size_t i = 0; i < kept->identity_count; i++)
		if (scscf_registration_find(scscf, kept->identities[i].identity))
			return false;
	return true;
}

/* What was read is the registration's now. */
static void fill(struct scscf_registration *registration, struct scscf_record *kept)
{
	struct scscf *scscf = registration->user->scscf;
	uint64_t now_ms = timer_queue_now_ms(scscf->settings.timers);

	registration->bindings = kept->bindings;
	registration->binding_count = kept->binding_count;
	kept->bindings = NULL;
	kept->binding_count = 0;
	for (size_t i = 0; i < registration->binding_count; i++)
		if (registration->bindings[i].id > scscf->contacts)
			scscf->contacts = registration->bindings[i].id;
	/* Each goes to the front: the last one first, and they stand as they stood. */
	while (kept->subscription_count > 0) {
		struct scscf_subscription *one = kept->subscriptions[--kept->subscription_count];
		uint64_t due_ms = one->expiry.due_ms;

		one->registration = registration;
		scscf_subscription_arm(one, due_ms > now_ms ? due_ms - now_ms : 0);
	}
	scscf_expiry_arm(registration); /* behind them: what is over is not told of it */
}

/* False: no memory. */
static bool rebuild(struct scscf *scscf, uint64_t id, struct scscf_record *kept)
{
	const struct cx_saa profile = {.result = CX_SUCCESS,
		.count = kept->identity_count,
		.identities = kept->identities};
	struct scscf_user *user = scscf_user_get(scscf, kept->impi);
	struct scscf_registration *registration;

	if (!user)
		return false;
	registration = scscf_registration_create(user, &profile);
	if (!registration) {
		scscf_user_let_go(user);
		return false;
	}
	user->asked_to_authenticate = kept->asked_to_authenticate;
	user->refreshes = kept->refreshes;
	user->failures = kept->failures;
	fill(registration, kept);
	kept_restore(&scscf->kept, &registration->kept, id);
	scscf->counters.restored++;
	return true;
}

bool scscf_restore(struct scscf *scscf, uint64_t id, const uint8_t *record, size_t len)
{
	uint64_t now_ms = timer_queue_now_ms(scscf->settings.timers);
	struct scscf_record kept;
	bool restored = scscf_record_get(record, len, now_ms, &kept) && kept_is_number(id) &&
			is_sound(scscf, &kept) && rebuild(scscf, id, &kept);

	scscf_record_clear(&kept);
	return restored;
}
