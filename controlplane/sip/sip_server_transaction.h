/* SPDX-License-Identifier: BSD-3-Clause */
/* Non-INVITE server transactions (RFC 3261 §17.2.2): a request reaches the element once, and
 * what comes again is absorbed while it is pending and answered with the same octets, from and
 * to the same endpoints, once it is not (AKA-5). */
#pragma once

#include "sip_output.h"
#include "sip_via.h"

struct sip_server_transactions;

enum sip_arrival {
	SIP_ARRIVAL_NEW,
	SIP_ARRIVAL_REPEATED, /* done: absorbed or answered */
	SIP_ARRIVAL_FULL,
	SIP_ARRIVAL_NO_MEMORY
};

/* Of output's settings: clock, random, timers, transactions_max, answers_max. 0 or -ENOMEM. */
int sip_server_transactions_create(struct sip_output *output, struct sip_server_transactions **out)
	__attribute__((warn_unused_result));
void sip_server_transactions_destroy(struct sip_server_transactions *table);

/* A valid request and its top Via. SIP_ARRIVAL_NEW: *reply_to is what the element answers
 * through. */
enum sip_arrival sip_server_transactions_arrive(struct sip_server_transactions *table,
	struct sip_message *request, const struct sip_via *via, struct sip_reply_to *reply_to)
	__attribute__((warn_unused_result));

/* Ends those whose time is over. Returns milliseconds until the next one, UINT64_MAX: none. */
uint64_t sip_server_transactions_expire(struct sip_server_transactions *table);

size_t sip_server_transactions_count(const struct sip_server_transactions *table);
