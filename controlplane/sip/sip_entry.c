/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_entry.h"

#include <errno.h>
#include <stdlib.h>

#include <event2/event.h>

#include "hex.h"
#include "log.h"
#include "sip_keyed_hash.h"
#include "sip_output.h"
#include "sip_parse.h"
#include "sip_reply.h"
#include "sip_server_transaction.h"
#include "sip_validate.h"
#include "sip_via.h"

struct sip_entry {
	struct sip_entry_settings settings;
	struct sip_counters counters;
	struct sip_server_transactions *transactions;
	struct event *timer; /* NULL without an event loop */
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
	if (sip_server_transactions_create(&entry->output, &entry->transactions))
		goto free_entry;
	if (settings->base) {
		entry->timer = event_new(settings->base, -1, 0, on_timer, entry);
		if (!entry->timer)
			goto destroy_transactions;
	}
	*out = entry;
	return 0;

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
	sip_server_transactions_destroy(entry->transactions);
	free(entry);
}

void sip_entry_expire(struct sip_entry *entry)
{
	uint64_t wait_ms = sip_server_transactions_expire(entry->transactions);
	struct timeval wait = {
		.tv_sec = (time_t)(wait_ms / 1000),
		.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000),
	};

	if (entry->timer && wait_ms != UINT64_MAX)
		event_add(entry->timer, &wait);
}

static bool is_keep_alive(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != '\r' && bytes[i] != '\n')
			return false;
	return true;
}

/* RFC 8489 §5: two zero bits, the magic cookie. */
static bool is_stun(const uint8_t *bytes, size_t len)
{
	return len >= 20 && bytes[0] < 0x40 && memcmp(bytes + 4, "\x21\x12\xa4\x42", 4) == 0;
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
	if (entry->settings.answer_flow)
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
		entry->counters.responses_unmatched++;
	} else if (message->method == SIP_ACK) {
		entry->counters.acks++; /* nothing that we answer needs one */
	} else {
		hand_over(entry, message);
		return;
	}
	sip_message_destroy(message);
}

void sip_entry_receive(
	struct sip_entry *entry, const void *bytes, size_t len, const struct sip_flow *flow)
{
	struct sip_message *message;
	int error;

	entry->counters.received++;
	if (is_keep_alive(bytes, len)) {
		entry->counters.keep_alives++;
		return;
	}
	if (is_stun(bytes, len)) {
		entry->counters.stun++;
		return;
	}
	if (entry->settings.trace)
		entry->settings.trace(entry->settings.trace_context, flow, false, bytes, len);
	error = sip_parse(bytes, len, &message);
	if (error == -ENOMEM) {
		entry->counters.no_memory++;
	} else if (error) {
		entry->counters.malformed_silent++;
	} else {
		message->flow = *flow;
		receive_message(entry, message);
	}
}

const struct sip_counters *sip_entry_counters(const struct sip_entry *entry)
{
	return &entry->counters;
}

size_t sip_entry_transactions(const struct sip_entry *entry)
{
	return sip_server_transactions_count(entry->transactions);
}
