/* SPDX-License-Identifier: BSD-3-Clause */
/* Read this first: what becomes of a set, and why. What has no row changes nothing. */
#include "sa_set_state.h"

#include <string.h>

#define ROW(event, next, action) [SA_SET_##event] = {SA_SET_##next, SA_SET_##action, true}

static const struct row {
	enum sa_set_state next;
	enum sa_set_action action;
	bool is_set;
} rows[SA_SET_STATE_COUNT][SA_SET_EVENT_COUNT] = {
	[SA_SET_ADDING] =
		{
			/* P-LIFE: a temporary set has the time to finish, 4 minutes (F-1). */
			ROW(ACKNOWLEDGED, TEMPORARY, AWAIT_SM7),
			/* INT-4: no SM6 without SAs. P-ERR: a new challenge takes its place. */
			ROW(FAILED, GONE, REMOVE),
			ROW(CLOSED, GONE, REMOVE),
			ROW(EXPIRED, GONE, REMOVE),
		},
	[SA_SET_TEMPORARY] =
		{
			/* P-LIFE: SM1 was bare: the others go once SM12 has been sent. */
			ROW(SUCCEEDED, CONFIRMED, CLOSE_OTHERS),
			/* P-LIFE: SM1 was protected: that one set stays and is sent on. */
			ROW(SUCCEEDED_BESIDE, NEW, FOLLOW),
			/* P-ERR: after the 4xx, which may have to leave on it. */
			ROW(FAILED, CLOSING, LINGER),
			ROW(CLOSED, CLOSING, LINGER),
			/* P-ERR: wrong ICV is silence, until the time is over. */
			ROW(EXPIRED, GONE, REMOVE),
		},
	[SA_SET_NEW] =
		{
			/* P-LIFE: a further message on it: the P-CSCF sends on it from now on. */
			ROW(USED, CONFIRMED, RETIRE_BEFORE),
			ROW(CLOSED, CLOSING, LINGER),
			ROW(EXPIRED, GONE, REMOVE),
		},
	[SA_SET_CONFIRMED] =
		{
			/* P-LIFE, INT-7: a newer one stands; its first use is awaited. */
			ROW(FOLLOWED, REPLACED, SEND_TO_END),
			/* P-ERR: a de-registration's 200 still leaves on it. */
			ROW(CLOSED, CLOSING, LINGER),
			ROW(EXPIRED, GONE, REMOVE),
		},
	[SA_SET_REPLACED] =
		{
			/* P-LIFE: 64 * T1 for the transactions that are under way. */
			ROW(RETIRED, OLD, FADE),
			/* P-LIFE: or it nears its end. */
			ROW(EXPIRED, OLD, HAND_OVER),
			ROW(CLOSED, CLOSING, LINGER),
		},
	[SA_SET_OLD] =
		{
			ROW(CLOSED, CLOSING, LINGER),
			ROW(EXPIRED, GONE, REMOVE),
		},
	[SA_SET_CLOSING] =
		{
			ROW(EXPIRED, GONE, REMOVE),
		},
};

struct sa_set_step sa_set_state_step(enum sa_set_state state, enum sa_set_event event)
{
	const struct row *row = &rows[state][event];

	if (!row->is_set)
		return (struct sa_set_step){.next = state, .action = SA_SET_NOTHING};
	return (struct sa_set_step){.next = row->next, .action = row->action};
}

const char *sa_set_state_name(enum sa_set_state state)
{
	static const char *const names[] = {
		[SA_SET_ADDING] = "adding",
		[SA_SET_TEMPORARY] = "temporary",
		[SA_SET_NEW] = "new",
		[SA_SET_CONFIRMED] = "confirmed",
		[SA_SET_REPLACED] = "replaced",
		[SA_SET_OLD] = "old",
		[SA_SET_CLOSING] = "closing",
		[SA_SET_GONE] = "gone",
	};

	return names[state];
}

enum sa_set_state sa_set_state_named(const char *name)
{
	unsigned state = 0;

	while (state < SA_SET_STATE_COUNT &&
		strcmp(sa_set_state_name((enum sa_set_state)state), name) != 0)
		state++;
	return (enum sa_set_state)state;
}
