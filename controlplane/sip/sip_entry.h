/* SPDX-License-Identifier: BSD-3-Clause */
/* Octets in, requests out: parse → validate → server transaction → the element. No sockets here:
 * a transport, a test or a fuzzer calls sip_entry_receive. */
#pragma once

#include "clock.h"
#include "random.h"
#include "sip_counters.h"
#include "sip_hop.h"

struct event_base;

/* How octets leave: 0 or -errno. The transport fills this in. */
struct sip_sender {
	int (*send)(void *context, const struct sip_flow *flow, const void *bytes, size_t len);
	void *context;
};

struct sip_entry_settings {
	struct event_base *base; /* timers */
	struct clock clock;
	struct random random;
	uint32_t t1_ms;              /* RFC 3261: 500; IMS toward the UE: 2000 (TS 24.229 §7.7) */
	size_t transactions_max;     /* pending and completed ones together */
	struct sip_next_hop element; /* gets every valid new request; Via is marked already */
	/* If not NULL: may change where an answer goes that no element gave. back is filled by
	 * RFC 3261 §18.2.2; arrival says how the request came. */
	void (*answer_flow)(void *context, const struct sip_flow *arrival, struct sip_flow *back);
	void *answer_flow_context;
	struct sip_sender sender;
	/* Called, if not NULL, for each message that is received or sent as octets. */
	void (*trace)(void *context, const struct sip_flow *flow, bool sent, const void *bytes,
		size_t len);
	void *trace_context;
};

struct sip_entry;

/* 0 or -ENOMEM. base may be NULL: then sip_entry_expire has to be called by hand (tests). */
int sip_entry_create(const struct sip_entry_settings *settings, struct sip_entry **out)
	__attribute__((warn_unused_result));

/* Pending requests must have been answered before, or their elements be gone. */
void sip_entry_destroy(struct sip_entry *entry);

/* One datagram. Everything that may be wrong with it ends here, in an answer or a counter. */
void sip_entry_receive(
	struct sip_entry *entry, const void *bytes, size_t len, const struct sip_flow *flow);

/* What is due by the clock now: called by the event loop, or by a test that moves the clock. */
void sip_entry_expire(struct sip_entry *entry);

const struct sip_counters *sip_entry_counters(const struct sip_entry *entry);

/* Transactions that live now: pending and completed. */
size_t sip_entry_transactions(const struct sip_entry *entry);
