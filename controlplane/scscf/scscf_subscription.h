/* SPDX-License-Identifier: BSD-3-Clause */
/* Who wants to be told of a registration (RFC 3680, TS 24.229 §5.4.2.1): the UE. */
#pragma once

#include "scscf_registration.h"
#include "sip_token.h"

#define SCSCF_SUBSCRIPTIONS_MAX 4 /* of one registration */

struct scscf_subscription {
	struct scscf_subscription *next; /* of the same registration */
	struct scscf_registration *registration;
	struct timer expiry;
	uint32_t version, cseq; /* of the next NOTIFY */
	unsigned unanswered;    /* NOTIFYs */
	bool again;             /* the state has changed since the one that is not answered */
	bool over;              /* its last NOTIFY is sent: in nobody's way but SUBSCRIPTIONS_MAX */
	char tag[SIP_TOKEN_MAX];
	char *call_id, *aor, *remote; /* the dialog: our URI, the subscriber's From */
	uint32_t peer_cseq;           /* of its latest SUBSCRIBE */
	char *target, *route;         /* its Contact's URI; the way to it, or "" */
	char *event;                  /* "reg", with its id */
};

/* What a SUBSCRIBE asks for: a new one with a tag of its own, not linked yet. NULL: no memory or
 * no dialog in it (*defect says so, else it is NULL). */
struct scscf_subscription *scscf_subscription_make(struct scscf_registration *registration,
	struct sip_message *request, const char *aor, const char **defect);

/* A further SUBSCRIBE of its dialog refreshes the target (RFC 3261 §12.2.2): 0, or the status that
 * refuses it. */
unsigned scscf_subscription_refresh(
	struct scscf_subscription *subscription, struct sip_message *request);

void scscf_subscription_free(struct scscf_subscription *subscription);

/* For so long from now on; where it was not linked, it is now. */
void scscf_subscription_arm(struct scscf_subscription *subscription, uint64_t expires_ms);

/* The one of this dialog, or NULL. */
struct scscf_subscription *scscf_subscription_find(
	struct scscf_registration *registration, struct sip_text call_id, struct sip_text tag);

size_t scscf_subscription_count(const struct scscf_registration *registration);

/* Its time is over: it is told so, and counts until that is answered. */
void scscf_subscription_close(struct scscf_subscription *subscription);

/* Out of its registration, without a word. */
void scscf_subscription_remove(struct scscf_subscription *subscription);

/* The registration has changed: every subscriber is told. */
void scscf_subscription_tell(struct scscf_registration *registration);

/* The registration ends, with this event of RFC 3680 §5.2; every subscriber is told, and no more.
 */
void scscf_subscription_end(struct scscf_registration *registration, const char *event);

/* scscf_notify.c: one NOTIFY. ended: as scscf_reginfo_print, and the caller removes the
 * subscription; reason: why the subscription ends, or NULL while it goes on. Of those that tell how
 * it goes on only one is under way: its answer is awaited, then the latest state is told. What was
 * not answered yet lies in the memory of transactions, which all UEs share. The subscription may be
 * gone afterwards.
 */
void scscf_notify(struct scscf_subscription *subscription, const char *ended, const char *reason);
