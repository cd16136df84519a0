/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the S-CSCF only: what the steps of a REGISTER share. */
#pragma once

#include "scscf.h"
#include "scscf_registration.h"
#include "scscf_request.h"
#include "scscf_user.h"
#include "table.h"

struct scscf {
	struct scscf_settings settings;
	struct scscf_user *users;          /* by IMPI */
	struct scscf_identity *identities; /* by IMPU: every member of every implicit set */
	size_t requests;                   /* that are not answered yet */
	size_t registrations, challenges, subscriptions;
	uint32_t contacts;     /* numbered so far */
	struct kept_list kept; /* registrations */
	struct scscf_counters counters;
};

/* One REGISTER from its arrival to its final answer. */
struct scscf_attempt {
	struct scscf *scscf;
	struct sip_message *request;
	struct sip_reply_to reply_to;
	struct scscf_request asked;
	bool authenticated;
	bool answers;                  /* a challenge that waited: SM9 and not SM3 */
	struct scscf_waiting *waiting; /* this one, until its step ends it; NULL: none */
	unsigned resyncs;              /* this one and those right before it (6.1.3) */
};

/* The steps that a REGISTER may take; each answers it and ends the attempt. */
void scscf_challenge(struct scscf_attempt *attempt); /* scscf_challenge.c: SM4 */
void scscf_verify(struct scscf_attempt *attempt);    /* scscf_verify.c: SM9 */
void scscf_resync(struct scscf_attempt *attempt);    /* scscf_resync.c: SM9 of flow C */
void scscf_report(struct scscf_attempt *attempt);    /* scscf_fail.c: SM9 of flow B */
void scscf_accept(struct scscf_attempt *attempt);    /* scscf_accept.c: SM10 */
void scscf_subscribe(struct scscf_attempt *attempt); /* scscf_subscribe.c: reg event */
void scscf_fail(struct scscf_attempt *attempt);      /* scscf_fail.c: SM10 of flow B */

/* CM1, or CM3 where the HSS is to resynchronise (rand and auts, else NULL); then SM4. */
void scscf_challenge_ask(struct scscf_attempt *attempt, const uint8_t *rand, const uint8_t *auts);

/* The end of an attempt without more than a status; reason NULL: the usual one. */
void scscf_refuse(struct scscf_attempt *attempt, unsigned status, const char *reason);

/* A response to the attempt's request, for the caller to add to; NULL: no memory. */
struct sip_message *scscf_response(
	struct scscf_attempt *attempt, unsigned status, const char *reason);

/* Sends it (NULL: there is none) and ends the attempt. */
void scscf_answer(struct scscf_attempt *attempt, struct sip_message *response);

/* The same where the HSS or the memory failed after FLAG-1: also FLAG-3, unless a challenge of this
 * IMPU waits. */
void scscf_give_up(struct scscf_attempt *attempt, unsigned status);

/* A challenge that waits has failed, and nobody is to be answered: FLAG-3. The user stays. */
void scscf_drop_challenge(struct scscf_waiting *waiting);

/* F-1: the challenge that waits was not answered in time; scscf_fail.c. */
void scscf_challenge_timeout(void *waiting);
