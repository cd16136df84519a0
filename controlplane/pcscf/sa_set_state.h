/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a set of SAs, as data (TS 33.203 §7; P-LIFE, P-ERR, P-WHICH). */
#pragma once

#include <stdbool.h>

enum sa_set_state {
	SA_SET_ADDING,    /* sent to the data plane, not acknowledged */
	SA_SET_TEMPORARY, /* live; carries authentication messages only, until reg-await-auth */
	SA_SET_NEW,       /* its SM12 has left; the P-CSCF still sends on the set before it */
	SA_SET_CONFIRMED, /* the one on which the P-CSCF sends */
	SA_SET_REPLACED,  /* a newer one is NEW: the P-CSCF sends here until that one is used */
	SA_SET_OLD,       /* the newer one is in use: what is under way may end here */
	SA_SET_CLOSING,   /* nothing new is accepted; the last answer may still leave */
	SA_SET_GONE,
	SA_SET_STATE_COUNT
};

enum sa_set_event {
	SA_SET_ACKNOWLEDGED,     /* all its SAs are live in the data plane */
	SA_SET_SUCCEEDED,        /* 200 to a REGISTER on it; its SM1 came bare, or on a set that is
				  * not in force any more; or a refresh */
	SA_SET_SUCCEEDED_BESIDE, /* 200 to its SM7; its SM1 came on a set that is in force */
	SA_SET_FAILED,           /* the authentication on it failed, or a message broke the rules */
	SA_SET_USED,             /* a message beyond SM7 has come on it */
	SA_SET_FOLLOWED,         /* the authentication that began on it has succeeded */
	SA_SET_RETIRED,          /* the newer set has been used */
	SA_SET_CLOSED,           /* de-registered, or others took its place */
	SA_SET_EXPIRED,          /* its timer, or the data plane refused it */
	SA_SET_EVENT_COUNT
};

/* What is to be done when the event has come. */
enum sa_set_action {
	SA_SET_NOTHING,
	SA_SET_AWAIT_SM7,     /* it lives for reg-await-auth */
	SA_SET_CLOSE_OTHERS,  /* of its IMPI, but that on which its SM1 came */
	SA_SET_FOLLOW,        /* that one is followed; others are closed */
	SA_SET_RETIRE_BEFORE, /* the set before it is retired */
	SA_SET_SEND_TO_END,   /* until shortly before its end, it is the one that is sent on */
	SA_SET_HAND_OVER,     /* the newer set is taken into use, this one fades */
	SA_SET_FADE,          /* it ends after 64 * T1, if it does not end before */
	SA_SET_LINGER,        /* for the last answer and its retransmissions */
	SA_SET_REMOVE,
};

struct sa_set_step {
	enum sa_set_state next; /* the state itself where the event changes nothing */
	enum sa_set_action action;
};

struct sa_set_step sa_set_state_step(enum sa_set_state state, enum sa_set_event event);

/* Waits for its SM7. */
static inline bool sa_set_state_is_incomplete(enum sa_set_state state)
{
	return state == SA_SET_ADDING || state == SA_SET_TEMPORARY;
}

/* Its authentication succeeded, and no newer set is in use. */
static inline bool sa_set_state_is_in_force(enum sa_set_state state)
{
	return state == SA_SET_NEW || state == SA_SET_CONFIRMED || state == SA_SET_REPLACED;
}

/* Its authentication succeeded, and it has not been told to end. */
static inline bool sa_set_state_is_established(enum sa_set_state state)
{
	return sa_set_state_is_in_force(state) || state == SA_SET_OLD;
}

/* "temporary" */
const char *sa_set_state_name(enum sa_set_state state);

/* SA_SET_STATE_COUNT: no state has this name. */
enum sa_set_state sa_set_state_named(const char *name);
