/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_set_state.h"

static const enum sa_set_state next_state[SA_SET_STATE_COUNT][SA_SET_EVENT_COUNT] = {
	[SA_SET_ADDING] =
		{
			[SA_SET_ACKNOWLEDGED] = SA_SET_TEMPORARY,
			[SA_SET_SUCCEEDED] = SA_SET_ADDING,
			[SA_SET_FAILED] = SA_SET_GONE,
			[SA_SET_CLOSED] = SA_SET_GONE,
			[SA_SET_EXPIRED] = SA_SET_GONE,
		},
	[SA_SET_TEMPORARY] =
		{
			[SA_SET_ACKNOWLEDGED] = SA_SET_TEMPORARY,
			[SA_SET_SUCCEEDED] = SA_SET_CONFIRMED,
			[SA_SET_FAILED] = SA_SET_CLOSING,
			[SA_SET_CLOSED] = SA_SET_CLOSING,
			[SA_SET_EXPIRED] = SA_SET_GONE,
		},
	[SA_SET_CONFIRMED] =
		{
			[SA_SET_ACKNOWLEDGED] = SA_SET_CONFIRMED,
			[SA_SET_SUCCEEDED] = SA_SET_CONFIRMED,
			/* A failed attempt does not take an established set away (P-ERR). */
			[SA_SET_FAILED] = SA_SET_CONFIRMED,
			[SA_SET_CLOSED] = SA_SET_CLOSING,
			[SA_SET_EXPIRED] = SA_SET_GONE,
		},
	[SA_SET_CLOSING] =
		{
			[SA_SET_ACKNOWLEDGED] = SA_SET_CLOSING,
			[SA_SET_SUCCEEDED] = SA_SET_CLOSING,
			[SA_SET_FAILED] = SA_SET_CLOSING,
			[SA_SET_CLOSED] = SA_SET_CLOSING,
			[SA_SET_EXPIRED] = SA_SET_GONE,
		},
	[SA_SET_GONE] =
		{
			[SA_SET_ACKNOWLEDGED] = SA_SET_GONE,
			[SA_SET_SUCCEEDED] = SA_SET_GONE,
			[SA_SET_FAILED] = SA_SET_GONE,
			[SA_SET_CLOSED] = SA_SET_GONE,
			[SA_SET_EXPIRED] = SA_SET_GONE,
		},
};

enum sa_set_state sa_set_state_next(enum sa_set_state state, enum sa_set_event event)
{
	return next_state[state][event];
}

const char *sa_set_state_name(enum sa_set_state state)
{
	static const char *const names[] = {
		[SA_SET_ADDING] = "adding",
		[SA_SET_TEMPORARY] = "temporary",
		[SA_SET_CONFIRMED] = "confirmed",
		[SA_SET_CLOSING] = "closing",
		[SA_SET_GONE] = "gone",
	};

	return names[state];
}
