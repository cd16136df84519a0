/* SPDX-License-Identifier: BSD-3-Clause */
/* Non-INVITE client transactions (RFC 3261 §17.1.2): a request leaves as octets, again and again
 * over UDP until something answers (Timer E), and its element gets one final response in any
 * case: the peer's, 408 after Timer F, 503 where it can not leave at all. */
#pragma once

#include "sip_output.h"
#include "sip_timers.h"
#include "timer_queue.h"

struct sip_client_transactions;

/* Of output's settings: random, transactions_max. timers outlives the table. 0 or -ENOMEM. */
int sip_client_transactions_create(struct sip_output *output, struct timer_queue *timers,
	struct sip_client_transactions **out) __attribute__((warn_unused_result));

/* Those that wait for their response forget it: their elements are gone already. */
void sip_client_transactions_destroy(struct sip_client_transactions *table);

/* Takes the request, which leaves by its flow; its top Via is the sender's own, with a fresh
 * branch. Answers at once with 500 (no usable Via, a branch that is in use, longer than any
 * message), 501 (INVITE, ACK, CANCEL: other machines) or 503 (too many, or the transport fails). */
void sip_client_transactions_send(struct sip_client_transactions *table,
	struct sip_message *request, const struct sip_timers *timers, struct sip_reply_to reply_to);

/* A valid response: true where it answers something sent here, and is taken (§17.1.3: branch and
 * CSeq method). Stricter than that: it comes from the address that the request went to, and
 * arrived where the request left or where its Via asked for it, so that nobody answers for
 * another one, nor outside of an SA what went inside. */
bool sip_client_transactions_receive(
	struct sip_client_transactions *table, struct sip_message *response);

/* The connection of this flow could not be opened, or has ended: what waits on it gets 503.
 * Never from inside of the sender. */
void sip_client_transactions_flow_failed(
	struct sip_client_transactions *table, const struct sip_flow *flow);

/* What waits gets 503 now. */
void sip_client_transactions_give_up(struct sip_client_transactions *table);

size_t sip_client_transactions_count(const struct sip_client_transactions *table);
