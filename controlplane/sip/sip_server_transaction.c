/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_server_transaction.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "sip_answers.h"
#include "sip_cseq.h"
#include "sip_keyed_hash.h"
#include "sip_list.h"

#define HASH_NONFATAL_OOM                1
#define uthash_nonfatal_oom(transaction) ((transaction)->hashed = false)
#include <uthash.h>

/* Provisional responses are kept as long as this much is not exceeded on average. */
#define RESPONSE_LEN_MEAN 2048

enum state {
	PENDING,  /* Trying or Proceeding: the element owes the final response */
	ABANDONED /* too late: kept only because the element still holds reply_to */
};

struct transaction {
	UT_hash_handle hh;
	TAILQ_ENTRY(transaction) link; /* in the list of its state */
	struct sip_server_transactions *table;
	uint8_t key[SIP_KEYED_HASH_LEN];
	uint64_t due_ms;
	struct sip_flow back; /* where a response goes unless it says otherwise */
	struct sip_flow sent; /* where the last one went */
	char *response;       /* provisional, as sent last; NULL: none */
	size_t response_len;
	enum state state;
	bool hashed;
};

TAILQ_HEAD(transaction_list, transaction);

struct sip_server_transactions {
	struct sip_output *output;
	struct transaction *by_key;
	struct sip_answers *answers; /* of completed ones */
	/* In order of due_ms without sorting: all of one list wait equally long. */
	struct transaction_list pending, abandoned;
	uint8_t hash_key[SIP_KEYED_HASH_LEN];
	size_t count, response_octets;
};

int sip_server_transactions_create(struct sip_output *output, struct sip_server_transactions **out)
{
	struct sip_server_transactions *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	if (sip_answers_create(output->settings->answers_max, &table->answers)) {
		free(table);
		return -ENOMEM;
	}
	table->output = output;
	TAILQ_INIT(&table->pending);
	TAILQ_INIT(&table->abandoned);
	random_fill(&output->settings->random, table->hash_key, sizeof(table->hash_key));
	*out = table;
	return 0;
}

static uint64_t lifetime_ms(const struct sip_server_transactions *table)
{
	return 64 * (uint64_t)table->output->settings->timers
			    .t1_ms; /* Timer J; also Timer F of the client */
}

static struct transaction_list *list_of(struct transaction *transaction)
{
	struct sip_server_transactions *table = transaction->table;

	return transaction->state == PENDING ? &table->pending : &table->abandoned;
}

static void move(struct transaction *transaction, enum state state)
{
	TAILQ_REMOVE(list_of(transaction), transaction, link);
	transaction->state = state;
	TAILQ_INSERT_TAIL(list_of(transaction), transaction, link);
}

static void forget_response(struct transaction *transaction)
{
	transaction->table->response_octets -= transaction->response_len;
	free(transaction->response);
	transaction->response = NULL;
	transaction->response_len = 0;
}

static void leave_hash(struct transaction *transaction)
{
	if (transaction->hashed)
		HASH_DELETE(hh, transaction->table->by_key, transaction);
	transaction->hashed = false;
}

static void release(struct transaction *transaction)
{
	leave_hash(transaction);
	forget_response(transaction);
	TAILQ_REMOVE(list_of(transaction), transaction, link);
	transaction->table->count--;
	free(transaction);
}

static void release_all(struct transaction_list *list)
{
	while (!TAILQ_EMPTY(list))
		release(TAILQ_FIRST(list));
}

void sip_server_transactions_destroy(struct sip_server_transactions *table)
{
	if (!table)
		return;
	release_all(&table->pending);
	release_all(&table->abandoned);
	sip_answers_destroy(table->answers);
	free(table);
}

/* RFC 3261 §17.2.3: branch, sent-by and method; without the cookie what RFC 2543 clients keep
 * equal. The flow belongs to it, too, which is stricter: a stranger who guesses a branch can
 * neither absorb somebody's request nor have an answer repeated, and what came inside of an SA
 * never meets what came outside. */
static void make_key(const struct sip_server_transactions *table, const struct sip_message *request,
	const struct sip_via *via, uint8_t *key)
{
	struct sip_keyed_hash hash;
	struct sip_cseq cseq;

	sip_keyed_hash_start(&hash, table->hash_key);
	sip_flow_hash(&hash, &request->flow);
	sip_keyed_hash_add_text(&hash, request->method_name);
	sip_keyed_hash_add_text(&hash, via->host);
	sip_keyed_hash_add(&hash, &via->port, sizeof(via->port));
	sip_keyed_hash_add_text(&hash, via->branch);
	if (!via->branch_has_cookie && sip_cseq_parse(request, &cseq) == 0) {
		sip_keyed_hash_add_text(&hash, request->request_uri);
		sip_keyed_hash_add_text(&hash, sip_header_value(request, SIP_HEADER_FROM));
		sip_keyed_hash_add_text(&hash, sip_header_value(request, SIP_HEADER_TO));
		sip_keyed_hash_add_text(&hash, sip_header_value(request, SIP_HEADER_CALL_ID));
		sip_keyed_hash_add(&hash, &cseq.number, sizeof(cseq.number));
	}
	sip_keyed_hash_end(&hash, key);
}

static unsigned hash_value(const uint8_t *key)
{
	unsigned value;

	memcpy(&value, key, sizeof(value));
	return value;
}

/* A request that was seen before: true where it was, and is dealt with. */
static bool repeat(struct sip_server_transactions *table, const uint8_t *key)
{
	struct sip_output *output = table->output;
	struct transaction *transaction;
	struct sip_flow flow;
	const void *octets;
	size_t len;

	HASH_FIND_BYHASHVALUE(
		hh, table->by_key, key, SIP_KEYED_HASH_LEN, hash_value(key), transaction);
	if (transaction && !transaction->response) {
		output->counters->retransmissions_absorbed++;
		return true;
	}
	if (transaction) {
		flow = transaction->sent;
		octets = transaction->response;
		len = transaction->response_len;
	} else if (!sip_answers_find(table->answers, key, &flow, &octets, &len)) {
		return false;
	}
	output->counters->retransmissions_answered++;
	sip_output_send(output, &flow, octets, len);
	return true;
}

/* Kept for repetition; without memory a retransmission is absorbed instead. */
static void keep_response(struct transaction *transaction)
{
	struct sip_output *output = transaction->table->output;

	forget_response(transaction);
	transaction->response = malloc(output->len);
	if (!transaction->response) {
		output->counters->no_memory++;
		return;
	}
	memcpy(transaction->response, output->octets, output->len);
	transaction->response_len = output->len;
	transaction->table->response_octets += output->len;
}

/* Over UDP for whoever asks again; Timer J is 0 on a reliable transport. Without memory a
 * retransmission is a new request. */
static void keep_answer(struct transaction *transaction)
{
	struct sip_server_transactions *table = transaction->table;
	struct sip_output *output = table->output;
	uint64_t due_ms = clock_now_ms(&output->settings->clock) + lifetime_ms(table);

	if (sip_answers_keep(table->answers, transaction->key, &transaction->sent, output->octets,
		    output->len, due_ms))
		output->counters->no_memory++;
	output->counters->answers_shed = sip_answers_shed(table->answers);
}

/* On a connection the answer returns there, whatever the element says (RFC 3261 §18.2.2, P-USE);
 * where it is gone, a new one goes to where the element would send a datagram. */
static void send_response(
	struct transaction *transaction, const struct sip_flow *wanted, bool final)
{
	struct sip_output *output = transaction->table->output;
	bool decided = wanted->remote.address.family != NET_NONE;

	if (transaction->back.transport == SIP_UDP) {
		transaction->sent = decided ? *wanted : transaction->back;
		if (final)
			keep_answer(transaction);
		else
			keep_response(transaction);
		sip_output_send(output, &transaction->sent, output->octets, output->len);
	} else if (!sip_output_send(output, &transaction->back, output->octets, output->len) &&
		   decided) {
		transaction->sent = *wanted;
		transaction->sent.transport = transaction->back.transport;
		sip_output_send(output, &transaction->sent, output->octets, output->len);
	}
}

static void reply(void *context, struct sip_message *response)
{
	struct transaction *transaction = context;
	struct sip_output *output = transaction->table->output;
	bool final = !response || response->status >= 200;

	if (transaction->state == PENDING && response) {
		if (sip_output_print(output, response) == 0)
			send_response(transaction, &response->flow, final);
		else
			output->counters->send_failures++; /* longer than any message */
	}
	if (final)
		release(transaction);
	sip_message_destroy(response);
}

static enum sip_arrival begin(struct sip_server_transactions *table, struct sip_message *request,
	const uint8_t *key, struct transaction **out)
{
	const struct sip_entry_settings *settings = table->output->settings;
	struct transaction *transaction;

	if (table->count >= settings->transactions_max ||
		table->response_octets / RESPONSE_LEN_MEAN >= settings->transactions_max)
		return SIP_ARRIVAL_FULL;
	transaction = calloc(1, sizeof(*transaction));
	if (!transaction)
		return SIP_ARRIVAL_NO_MEMORY;
	if (sip_via_reply_flow(request, &transaction->back))
		goto free_transaction;
	memcpy(transaction->key, key, sizeof(transaction->key));
	transaction->table = table;
	transaction->state = PENDING;
	transaction->hashed = true;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, table->by_key, transaction->key, sizeof(transaction->key),
		hash_value(key), transaction);
	if (!transaction->hashed)
		goto free_transaction;
	transaction->due_ms = clock_now_ms(&settings->clock) + lifetime_ms(table);
	TAILQ_INSERT_TAIL(&table->pending, transaction, link);
	table->count++;
	*out = transaction;
	return SIP_ARRIVAL_NEW;

free_transaction:
	free(transaction);
	return SIP_ARRIVAL_NO_MEMORY;
}

enum sip_arrival sip_server_transactions_arrive(struct sip_server_transactions *table,
	struct sip_message *request, const struct sip_via *via, struct sip_reply_to *reply_to)
{
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct transaction *transaction;
	enum sip_arrival arrival;

	make_key(table, request, via, key);
	if (repeat(table, key))
		return SIP_ARRIVAL_REPEATED;
	arrival = begin(table, request, key, &transaction);
	if (arrival == SIP_ARRIVAL_NEW)
		*reply_to = (struct sip_reply_to){.reply = reply, .context = transaction};
	return arrival;
}

uint64_t sip_server_transactions_expire(struct sip_server_transactions *table)
{
	uint64_t now = clock_now_ms(&table->output->settings->clock);
	uint64_t due_ms = sip_answers_expire(table->answers, now);
	struct transaction *transaction;

	while ((transaction = TAILQ_FIRST(&table->pending)) && transaction->due_ms <= now) {
		table->output->counters->transactions_abandoned++;
		leave_hash(transaction);
		move(transaction, ABANDONED);
	}
	if (transaction && transaction->due_ms < due_ms)
		due_ms = transaction->due_ms;
	return due_ms == UINT64_MAX ? due_ms : due_ms - now;
}

size_t sip_server_transactions_count(const struct sip_server_transactions *table)
{
	return table->count + sip_answers_count(table->answers);
}
