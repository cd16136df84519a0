/* SPDX-License-Identifier: BSD-3-Clause */
/* The UE's subscription to its own reg event (RFC 3680, TS 24.229 §5.1.1.3): SUBSCRIBE on the set
 * of SAs, and what the UE does about a NOTIFY. */
#pragma once

#include "old_set.h"
#include "registration.h"
#include "retransmission.h"

#define SUBSCRIPTION_URI_MAX 1024

/* What the UE does about what it is told (NET-3). */
enum subscription_conduct {
	SUBSCRIPTION_HONEST,  /* answers, and does as the network asks */
	SUBSCRIPTION_LATE,    /* the same, but lets a request to authenticate pass */
	SUBSCRIPTION_IGNORES, /* answers, no more */
	SUBSCRIPTION_DEAF,    /* nothing */
};

struct subscription {
	struct registration *registration;
	/* failure: NULL where all went as ordered, else one line. */
	void (*done)(void *context, const char *failure);
	void *context;

	struct retransmission timers; /* of SUBSCRIBE */
	struct old_set old_set;
	enum subscription_conduct conduct;
	bool is_waiting; /* SUBSCRIBE for its answer */
	bool leaves;     /* it asks for no time at all */
	uint32_t cseq, notified_cseq;
	char branch[32], call_id[32], from_tag[16], to_tag[128]; /* to_tag "": there is no dialog */
	char target[SUBSCRIPTION_URI_MAX], route[SUBSCRIPTION_URI_MAX];
	char request[SIP_TEXT_MAX];
	size_t request_len;
	char failure[256];
};

/* registration, done and context are set by the caller before; the rest is zero. Takes the
 * registration's `other`. 0, or -ENOMEM. */
int subscription_open(struct subscription *subscription, struct event_base *base)
	__attribute__((warn_unused_result));
void subscription_close(struct subscription *subscription);

/* The actions of a script. */
bool subscription_known(const char *name);
void subscription_list(void);

/* One of them; done is called once, later or at once. */
void subscription_start(struct subscription *subscription, const char *name);

/* notification.c: a NOTIFY that came on this set. */
void subscription_notified(
	struct subscription *subscription, struct sa_set *set, const struct sip_text *request);
