/* SPDX-License-Identifier: BSD-3-Clause */
/* Octets in, requests out: parse → validate → server transaction → the element; and requests of
 * our own, whose responses are matched here. No sockets: a transport, a test or a fuzzer calls
 * sip_entry_receive. */
#pragma once

#include "clock.h"
#include "random.h"
#include "sip_counters.h"
#include "sip_hop.h"
#include "sip_timers.h"

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
	struct sip_timers timers;    /* of what arrives, and of what sip_entry_hop sends */
	size_t transactions_max;     /* pending server ones; the same of clients */
	size_t answers_max;          /* octets that completed ones may take (sip_answers.h) */
	struct sip_next_hop element; /* gets every valid new request; Via is marked already */
	/* If not NULL: may change where an answer goes that no element gave. back is filled by
	 * RFC 3261 §18.2.2; arrival says how the request came. */
	void (*answer_flow)(void *context, const struct sip_flow *arrival, struct sip_flow *back);
	void *answer_flow_context;
	/* If not NULL: hears how each response came that answers something sent here. */
	void (*answered)(void *context, const struct sip_flow *arrival);
	void *answered_context;
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

/* The begin of a message whose end nobody can know (a stream): 400 with this reason where it
 * holds enough to be answered. */
void sip_entry_refuse(struct sip_entry *entry, const void *bytes, size_t len,
	const struct sip_flow *flow, const char *reason);

/* What is due by the clock now: called by the event loop, or by a test that moves the clock. */
void sip_entry_expire(struct sip_entry *entry);

/* The network as a next hop, for requests toward UEs: each leaves from request->flow.local to
 * request->flow.remote (port_pc → port_us) by its transport, with the entry's timers. The element
 * pushed its Via before: a fresh branch, and the endpoint where it wants responses over UDP
 * (port_ps). TCP: an open connection of this flow is used, else one is opened; where local is an
 * endpoint that listens, only an open one will do. One final response comes in any case: the
 * peer's, 408 after Timer F, 503 where the request can not leave. 100 stays here. */
struct sip_next_hop sip_entry_hop(struct sip_entry *entry);

/* The same with other timers. */
void sip_entry_send(struct sip_entry *entry, struct sip_message *request,
	const struct sip_timers *timers, struct sip_reply_to reply_to);

/* Of a transport: this connection could not be opened, or has ended. Not while it sends. */
void sip_entry_flow_failed(struct sip_entry *entry, const struct sip_flow *flow);

/* Every request of our own that waits gets 503 now: those that sent them are about to go. */
void sip_entry_give_up(struct sip_entry *entry);

/* For the transports, which count their own part. */
struct sip_counters *sip_entry_tally(struct sip_entry *entry);

const struct sip_counters *sip_entry_counters(const struct sip_entry *entry);

/* Transactions that live now, pending and completed: of servers, of clients. */
size_t sip_entry_transactions(const struct sip_entry *entry);
size_t sip_entry_client_transactions(const struct sip_entry *entry);
