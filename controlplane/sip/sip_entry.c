/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_entry.h"

#include <errno.h>
#include <stdlib.h>

#include <event2/event.h>

#include "hex.h"
#include "log.h"
#include "sip_client_transaction.h"
#include "sip_keyed_hash.h"
#include "sip_output.h"
#include "sip_parse.h"
#include "sip_reply.h"
#include "sip_server_transaction.h"
#include "sip_stun.h"
#include "sip_validate.h"
#include "sip_via.h"

struct sip_entry {
	struct sip_entry_settings settings;
	struct sip_counters counters;
	struct sip_server_transactions *transactions;
	struct sip_client_transactions *clients;
	struct timer_queue timers; /* of clients */
	struct event *timer;       /* NULL without an event loop */
	uint64_t due_ms;           /* what it waits for while it is pending */
	uint8_t tag_key[SIP_KEYED_HASH_LEN];
	struct sip_output output;
};

static void on_timer(evutil_socket_t no_socket, short what, void *context)
{
	(void)no_socket, (void)what;
	sip_entry_expire(context);
}

int sip_entry_create(const struct sip_entry_settings *settings, struct sip_entry **out)
{
	struct sip_entry *entry = calloc(1, sizeof(*entry));

	if (!entry)
		return -ENOMEM;
	entry->settings = *settings;
	entry->output.settings = &entry->settings;
	entry->output.counters = &entry->counters;
	random_fill(&settings->random, entry->tag_key, sizeof(entry->tag_key));
	timer_queue_init(&entry->timers, settings->clock);
	if (sip_server_transactions_create(&entry->output, &entry->transactions))
		goto free_entry;
	if (sip_client_transactions_create(&entry->output, &entry->timers, &entry->clients))
		goto destroy_transactions;
	if (settings->base) {
		entry->timer = event_new(settings->base, -1, 0, on_timer, entry);
		if (!entry->timer)
			goto destroy_clients;
	}
	*out = entry;
	return 0;

destroy_clients:
	sip_client_transactions_destroy(entry->clients);
destroy_transactions:
	sip_server_transactions_destroy(entry->transactions);
free_entry:
	free(entry);
	return -ENOMEM;
}

void sip_entry_destroy(struct sip_entry *entry)
{
	if (!entry)
		return;
	if (entry->timer)
		event_free(entry->timer);
	sip_client_transactions_destroy(entry->clients);
	sip_server_transactions_destroy(entry->transactions);
	free(entry);
}

static void arm(struct sip_entry *entry, uint64_t wait_ms)
{
	struct timeval wait = {
		.tv_sec = (time_t)(wait_ms / 1000),
		.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000),
	};

	if (!entry->timer || wait_ms == UINT64_MAX)
		return;
	entry->due_ms = clock_now_ms(&entry->settings.clock) + wait_ms;
	event_add(entry->timer, &wait);
}

void sip_entry_expire(struct sip_entry *entry)
{
	uint64_t servers_ms = sip_server_transactions_expire(entry->transactions), clients_ms;

	timer_queue_run(&entry->timers);
	clients_ms = timer_queue_wait_ms(&entry->timers);
	arm(entry, servers_ms < clients_ms ? servers_ms : clients_ms);
}

static bool is_keep_alive(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != '\r' && bytes[i] != '\n')
			return false;
	return true;
}

/* CRLF as datagrams, and STUN. True where it was one. */
static bool keep_alive(
	struct sip_entry *entry, const uint8_t *bytes, size_t len, const struct sip_flow *flow)
{
	uint8_t answer[SIP_STUN_ANSWER_MAX] = "\r\n";
	size_t answer_len;

	if (is_keep_alive(bytes, len)) {
		entry->counters.keep_alives++;
		answer_len = len >= 4 ? 2 : 0; /* a ping is two line ends, its answer one */
	} else if (sip_stun_is(bytes, len)) {
		entry->counters.stun++;
		answer_len = sip_stun_answer(bytes, len, &flow->remote, answer);
	} else {
		return false;
	}
	if (answer_len > 0 && entry->settings.sender.send(entry->settings.sender.context, flow,
				      answer, answer_len) == 0)
		entry->counters.keep_alives_answered++;
	return true;
}

/* The same request always gets the same tag (RFC 3261 §8.2.7). */
static void stateless_tag(const struct sip_entry *entry, const struct sip_message *request,
	char tag[2 * SIP_KEYED_HASH_LEN + 1])
{
	uint8_t bits[SIP_KEYED_HASH_LEN];
	struct sip_keyed_hash hash;

	sip_keyed_hash_start(&hash, entry->tag_key);
	sip_keyed_hash_add_text(&hash, sip_header_value(request, SIP_HEADER_VIA));
	sip_keyed_hash_add_text(&hash, sip_header_value(request, SIP_HEADER_FROM));
	sip_keyed_hash_add_text(&hash, sip_header_value(request, SIP_HEADER_CALL_ID));
	sip_keyed_hash_add_text(&hash, sip_header_value(request, SIP_HEADER_CSEQ));
	sip_keyed_hash_end(&hash, bits);
	hex_encode(bits, 8, tag);
}

/* Answers without a transaction; the request stays with the caller. */
static void answer(
	struct sip_entry *entry, struct sip_message *request, unsigned status, const char *reason)
{
	char tag[2 * SIP_KEYED_HASH_LEN + 1];
	struct sip_message *response;
	struct sip_flow back;

	stateless_tag(entry, request, tag);
	if (sip_via_reply_flow(request, &back) || sip_via_mark_source(request) ||
		sip_reply_create(request, status, reason, tag, &response)) {
		entry->counters.no_memory++;
		return;
	}
	/* By TCP it returns on the connection. */
	if (entry->settings.answer_flow && request->flow.transport == SIP_UDP)
		entry->settings.answer_flow(
			entry->settings.answer_flow_context, &request->flow, &back);
	if (sip_output_print(&entry->output, response) == 0)
		sip_output_send(&entry->output, &back, entry->output.octets, entry->output.len);
	sip_message_destroy(response);
}

/* Takes the request. */
static void hand_over(struct sip_entry *entry, struct sip_message *request)
{
	struct sip_reply_to reply_to;
	enum sip_arrival arrival = SIP_ARRIVAL_NO_MEMORY;
	struct sip_via via;

	if (sip_via_top(request, &via) == 0)
		arrival = sip_server_transactions_arrive(
			entry->transactions, request, &via, &reply_to);
	if (arrival == SIP_ARRIVAL_NEW) {
		if (entry->timer && !event_pending(entry->timer, EV_TIMEOUT, NULL))
			sip_entry_expire(entry); /* arms it */
		if (sip_via_mark_source(request) == 0) {
			entry->counters.requests++;
			sip_hop_send(entry->settings.element, request, reply_to);
			return;
		}
		sip_hop_reply(reply_to, NULL);
		arrival = SIP_ARRIVAL_NO_MEMORY;
	}
	if (arrival == SIP_ARRIVAL_FULL) {
		entry->counters.transactions_full++;
		answer(entry, request, 503, NULL);
	} else if (arrival == SIP_ARRIVAL_NO_MEMORY) {
		entry->counters.no_memory++;
	}
	sip_message_destroy(request);
}

/* Takes a response that answers something sent here; false: it is the caller's. */
static bool take_response(struct sip_entry *entry, struct sip_message *response)
{
	const struct sip_flow arrival = response->flow;

	if (!sip_client_transactions_receive(entry->clients, response))
		return false;
	if (entry->settings.answered)
		entry->settings.answered(entry->settings.answered_context, &arrival);
	return true;
}

static void receive_message(struct sip_entry *entry, struct sip_message *message)
{
	static struct log_meter meter;
	struct sip_verdict verdict = sip_validate(message);
	char source[NET_TEXT_MAX];

	if (verdict.kind != SIP_VALID)
		log_metered(&meter, LOG_INFO, "source=%s: SIP message refused: %s",
			net_endpoint_print(&message->flow.remote, source), verdict.reason);
	if (verdict.kind == SIP_SILENCE) {
		entry->counters.malformed_silent++;
	} else if (verdict.kind == SIP_ANSWER) {
		entry->counters.malformed_answered++;
		answer(entry, message, verdict.status, verdict.reason);
	} else if (!message->is_request) {
		if (take_response(entry, message))
			return;
		entry->counters.responses_unmatched++;
	} else if (message->method == SIP_ACK) {
		entry->counters.acks++; /* nothing that we answer needs one */
	} else {
		hand_over(entry, message);
		return;
	}
	sip_message_destroy(message);
}

/* NULL: no SIP, which is counted. */
static struct sip_message *parse(
	struct sip_entry *entry, const void *bytes, size_t len, const struct sip_flow *flow)
{
	struct sip_message *message;
	int error;

	if (entry->settings.trace)
		entry->settings.trace(entry->settings.trace_context, flow, false, bytes, len);
	error = sip_parse(bytes, len, &message);
	if (error) {
		if (error == -ENOMEM)
			entry->counters.no_memory++;
		else
			entry->counters.malformed_silent++;
		return NULL;
	}
	message->flow = *flow;
	return message;
}

void sip_entry_receive(
	struct sip_entry *entry, const void *bytes, size_t len, const struct sip_flow *flow)
{
	struct sip_message *message;

	entry->counters.received++;
	if (flow->transport == SIP_UDP && keep_alive(entry, bytes, len, flow))
		return;
	message = parse(entry, bytes, len, flow);
	if (message)
		receive_message(entry, message);
}

void sip_entry_refuse(struct sip_entry *entry, const void *bytes, size_t len,
	const struct sip_flow *flow, const char *reason)
{
	struct sip_message *message;

	entry->counters.received++;
	message = parse(entry, bytes, len, flow);
	if (!message)
		return;
	message->defect = reason;
	receive_message(entry, message);
}

void sip_entry_send(struct sip_entry *entry, struct sip_message *request,
	const struct sip_timers *timers, struct sip_reply_to reply_to)
{
	uint64_t wait_ms;

	sip_client_transactions_send(entry->clients, request, timers, reply_to);
	wait_ms = timer_queue_wait_ms(&entry->timers);
	if (wait_ms != TIMER_NONE && entry->timer &&
		(!event_pending(entry->timer, EV_TIMEOUT, NULL) ||
			clock_now_ms(&entry->settings.clock) + wait_ms < entry->due_ms))
		arm(entry, wait_ms);
}

static void send_to_network(
	void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct sip_entry *entry = element;

	sip_entry_send(entry, request, &entry->settings.timers, reply_to);
}

struct sip_next_hop sip_entry_hop(struct sip_entry *entry)
{
	return (struct sip_next_hop){.send = send_to_network, .element = entry};
}

void sip_entry_give_up(struct sip_entry *entry)
{
	sip_client_transactions_give_up(entry->clients);
}

void sip_entry_flow_failed(struct sip_entry *entry, const struct sip_flow *flow)
{
	sip_client_transactions_flow_failed(entry->clients, flow);
}

struct sip_counters *sip_entry_tally(struct sip_entry *entry)
{
	return &entry->counters;
}

const struct sip_counters *sip_entry_counters(const struct sip_entry *entry)
{
	return &entry->counters;
}

size_t sip_entry_transactions(const struct sip_entry *entry)
{
	return sip_server_transactions_count(entry->transactions);
}

size_t sip_entry_client_transactions(const struct sip_entry *entry)
{
	return sip_client_transactions_count(entry->clients);
}
