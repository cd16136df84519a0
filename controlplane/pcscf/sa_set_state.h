/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a set of SAs, as data (TS 33.203 §7; P-LIFE, P-ERR). */
#pragma once

enum sa_set_state {
	SA_SET_ADDING,    /* sent to the data plane, not acknowledged */
	SA_SET_TEMPORARY, /* live; carries authentication messages only, until reg-await-auth */
	SA_SET_CONFIRMED, /* its REGISTER succeeded: until the registration's end + 30 s */
	SA_SET_CLOSING,   /* nothing new is accepted; the last answer may still leave */
	SA_SET_GONE,
	SA_SET_STATE_COUNT
};

enum sa_set_event {
	SA_SET_ACKNOWLEDGED,
	SA_SET_SUCCEEDED, /* the 200 that confirms it, or refreshes the registration */
	SA_SET_FAILED,    /* the authentication on it failed, or a message broke the rules */
	SA_SET_CLOSED,    /* de-registered, or replaced by a newer set */
	SA_SET_EXPIRED,   /* its timer, or the data plane refused it */
	SA_SET_EVENT_COUNT
};

/* What follows; the state itself where the event changes nothing. */
enum sa_set_state sa_set_state_next(enum sa_set_state state, enum sa_set_event event);

/* "temporary" */
const char *sa_set_state_name(enum sa_set_state state);
