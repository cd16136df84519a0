/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_client_transaction.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "sip_cseq.h"
#include "sip_parse.h"
#include "sip_reply.h"
#include "sip_token.h"
#include "sip_via.h"

#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->hashed = false)
#include <uthash.h>

#define DEFAULT_PORT 5060

struct client {
	UT_hash_handle hh;
	LIST_ENTRY(client) of_connection;
	struct connection *connection; /* NULL: UDP */
	struct sip_client_transactions *table;
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct sip_flow flow;
	uint16_t response_port; /* of the sent-by */
	struct sip_timers timers;
	struct timer resend; /* E */
	struct timer end;    /* F, then K */
	uint32_t interval_ms;
	struct sip_reply_to reply_to;
	char *octets; /* the request; NULL: completed */
	size_t len;
	bool proceeding, hashed;
};

/* Those that wait on one flow of a reliable transport. */
struct connection {
	UT_hash_handle hh;
	uint8_t key[SIP_KEYED_HASH_LEN];
	LIST_HEAD(, client) clients;
	bool hashed;
};

struct sip_client_transactions {
	struct sip_output *output;
	struct timer_queue *timers;
	struct client *by_key;
	struct connection *connections;
	uint8_t hash_key[SIP_KEYED_HASH_LEN];
	size_t count;
};

int sip_client_transactions_create(
	struct sip_output *output, struct timer_queue *timers, struct sip_client_transactions **out)
{
	struct sip_client_transactions *table = calloc(1, sizeof(*table));

	if (!table)
		return -ENOMEM;
	table->output = output;
	table->timers = timers;
	random_fill(&output->settings->random, table->hash_key, sizeof(table->hash_key));
	*out = table;
	return 0;
}

static unsigned hash_value(const uint8_t *key)
{
	unsigned value;

	memcpy(&value, key, sizeof(value));
	return value;
}

static void flow_key(
	const struct sip_client_transactions *table, const struct sip_flow *flow, uint8_t *key)
{
	struct sip_keyed_hash hash;

	sip_keyed_hash_start(&hash, table->hash_key);
	sip_flow_hash(&hash, flow);
	sip_keyed_hash_end(&hash, key);
}

static struct connection *find_connection(
	const struct sip_client_transactions *table, const uint8_t *key)
{
	struct connection *connection;

	HASH_FIND_BYHASHVALUE(
		hh, table->connections, key, SIP_KEYED_HASH_LEN, hash_value(key), connection);
	return connection;
}

static int join_connection(struct client *client)
{
	struct sip_client_transactions *table = client->table;
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct connection *connection;

	flow_key(table, &client->flow, key);
	connection = find_connection(table, key);
	if (!connection) {
		connection = calloc(1, sizeof(*connection));
		if (!connection)
			return -ENOMEM;
		memcpy(connection->key, key, sizeof(connection->key));
		LIST_INIT(&connection->clients);
		connection->hashed = true;
		HASH_ADD_KEYPTR_BYHASHVALUE(hh, table->connections, connection->key,
			sizeof(connection->key), hash_value(key), connection);
		if (!connection->hashed) {
			free(connection);
			return -ENOMEM;
		}
	}
	client->connection = connection;
	LIST_INSERT_HEAD(&connection->clients, client, of_connection);
	return 0;
}

static void leave_connection(struct client *client)
{
	struct connection *connection = client->connection;

	if (!connection)
		return;
	client->connection = NULL;
	LIST_REMOVE(client, of_connection);
	if (!LIST_EMPTY(&connection->clients) || !connection->hashed)
		return;
	HASH_DELETE(hh, client->table->connections, connection);
	free(connection);
}

static void release(struct client *client)
{
	struct sip_client_transactions *table = client->table;

	leave_connection(client);
	timer_queue_disarm(table->timers, &client->resend);
	timer_queue_disarm(table->timers, &client->end);
	if (client->hashed)
		HASH_DELETE(hh, table->by_key, client);
	table->count--;
	free(client->octets);
	free(client);
}

void sip_client_transactions_destroy(struct sip_client_transactions *table)
{
	struct client *client, *next;

	if (!table)
		return;
	HASH_ITER (hh, table->by_key, client, next)
		release(client);
	free(table);
}

/* The element's final response, made here from the request's octets. */
static void answer(struct client *client, unsigned status)
{
	const struct sip_entry_settings *settings = client->table->output->settings;
	struct sip_reply_to reply_to = client->reply_to;
	struct sip_message *request, *response = NULL;
	char tag[SIP_TOKEN_MAX];

	if (sip_parse(client->octets, client->len, &request) == 0) {
		if (sip_reply_create(request, status, NULL, sip_token_tag(&settings->random, tag),
			    &response))
			response = NULL;
		sip_message_destroy(request);
	}
	release(client);
	sip_hop_reply(reply_to, response);
}

static void fail(struct client *client)
{
	client->table->output->counters->client_failures++;
	answer(client, 503);
}

static void forget(void *context)
{
	release(context);
}

static void time_out(void *context)
{
	struct client *client = context;

	client->table->output->counters->client_timeouts++;
	answer(client, 408);
}

/* Timer E: T1, doubled up to T2; T2 once there was a provisional response (§17.1.2.2). */
static void resend(void *context)
{
	struct client *client = context;
	uint32_t t2_ms = client->timers.t2_ms;

	client->interval_ms = client->proceeding || client->interval_ms > t2_ms / 2
				      ? t2_ms
				      : 2 * client->interval_ms;
	timer_queue_arm(
		client->table->timers, &client->resend, client->interval_ms, resend, client);
	client->table->output->counters->client_retransmissions++;
	sip_output_send(client->table->output, &client->flow, client->octets, client->len);
}

/* Final. Its key stays until Timer K, so that repeated responses are known; by TCP there are none.
 */
static void complete(struct client *client)
{
	struct timer_queue *timers = client->table->timers;

	if (client->flow.transport != SIP_UDP) {
		release(client);
		return;
	}
	free(client->octets);
	client->octets = NULL;
	timer_queue_disarm(timers, &client->resend);
	timer_queue_arm(timers, &client->end, client->timers.t4_ms, forget, client);
}

static void make_key(const struct sip_client_transactions *table, struct sip_text branch,
	struct sip_text method, uint8_t *key)
{
	struct sip_keyed_hash hash;

	sip_keyed_hash_start(&hash, table->hash_key);
	sip_keyed_hash_add_text(&hash, branch);
	sip_keyed_hash_add_text(&hash, method);
	sip_keyed_hash_end(&hash, key);
}

static struct client *find(const struct sip_client_transactions *table, const uint8_t *key)
{
	struct client *client;

	HASH_FIND_BYHASHVALUE(hh, table->by_key, key, SIP_KEYED_HASH_LEN, hash_value(key), client);
	return client;
}

static int begin(struct sip_client_transactions *table, const struct sip_message *request,
	const struct sip_via *via, const uint8_t *key, struct client **out)
{
	const struct sip_output *output = table->output;
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		return -ENOMEM;
	client->table = table;
	client->flow = request->flow;
	client->response_port = via->port != 0 ? via->port : DEFAULT_PORT;
	client->len = output->len;
	client->octets = malloc(output->len);
	if (!client->octets)
		goto free_client;
	memcpy(client->octets, output->octets, output->len);
	memcpy(client->key, key, sizeof(client->key));
	if (client->flow.transport != SIP_UDP && join_connection(client))
		goto free_octets;
	client->hashed = true;
	HASH_ADD_KEYPTR_BYHASHVALUE(
		hh, table->by_key, client->key, sizeof(client->key), hash_value(key), client);
	if (!client->hashed)
		goto leave;
	table->count++;
	*out = client;
	return 0;

leave:
	leave_connection(client);
free_octets:
	free(client->octets);
free_client:
	free(client);
	return -ENOMEM;
}

static unsigned prepare(
	struct sip_client_transactions *table, struct sip_message *request, struct client **out)
{
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct sip_via via;

	if (request->method == SIP_INVITE || request->method == SIP_ACK ||
		request->method == SIP_CANCEL)
		return 501;
	if (sip_via_top(request, &via) || !via.branch_has_cookie)
		return 500;
	make_key(table, via.branch, request->method_name, key);
	if (find(table, key) || sip_output_print(table->output, request))
		return 500;
	if (table->count >= table->output->settings->transactions_max ||
		begin(table, request, &via, key, out))
		return 503;
	return 0;
}

void sip_client_transactions_send(struct sip_client_transactions *table,
	struct sip_message *request, const struct sip_timers *timers, struct sip_reply_to reply_to)
{
	struct sip_output *output = table->output;
	struct client *client = NULL;
	unsigned status = prepare(table, request, &client);
	char tag[SIP_TOKEN_MAX];

	if (status != 0) {
		output->counters->client_failures += status == 503;
		sip_hop_refuse(request, reply_to, status, NULL,
			sip_token_tag(&output->settings->random, tag));
		return;
	}
	sip_message_destroy(request);
	client->reply_to = reply_to;
	client->timers = *timers;
	client->interval_ms = timers->t1_ms;
	timer_queue_arm(
		table->timers, &client->end, 64 * (uint64_t)timers->t1_ms, time_out, client);
	output->counters->client_requests++;
	if (client->flow.transport == SIP_UDP)
		timer_queue_arm(table->timers, &client->resend, timers->t1_ms, resend, client);
	if (!sip_output_send(output, &client->flow, client->octets, client->len) &&
		client->flow.transport != SIP_UDP)
		fail(client);
}

static bool is_from_peer(const struct client *client, const struct sip_flow *flow)
{
	const struct sip_flow *own = &client->flow;

	return net_address_equal(&flow->remote.address, &own->remote.address) &&
	       net_address_equal(&flow->local.address, &own->local.address) &&
	       (flow->local.port == own->local.port || flow->local.port == client->response_port);
}

bool sip_client_transactions_receive(
	struct sip_client_transactions *table, struct sip_message *response)
{
	struct sip_reply_to reply_to;
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct client *client;
	struct sip_cseq cseq;
	struct sip_via via;

	if (sip_via_top(response, &via) || sip_cseq_parse(response, &cseq))
		return false;
	make_key(table, via.branch, cseq.method, key);
	client = find(table, key);
	if (!client || !is_from_peer(client, &response->flow))
		return false;
	table->output->counters->responses++;
	client->proceeding = true;
	if (!client->octets || response->status == 100) {
		sip_message_destroy(response);
		return true;
	}
	reply_to = client->reply_to;
	if (response->status >= 200)
		complete(client);
	response->flow.remote.address.family = NET_NONE;
	sip_hop_reply(reply_to, response);
	return true;
}

void sip_client_transactions_flow_failed(
	struct sip_client_transactions *table, const struct sip_flow *flow)
{
	uint8_t key[SIP_KEYED_HASH_LEN];
	struct connection *connection;

	flow_key(table, flow, key);
	connection = find_connection(table, key);
	if (!connection)
		return;
	/* What an element sends while it gets its answer belongs to the next connection. */
	HASH_DELETE(hh, table->connections, connection);
	connection->hashed = false;
	while (!LIST_EMPTY(&connection->clients))
		fail(LIST_FIRST(&connection->clients));
	free(connection);
}

void sip_client_transactions_give_up(struct sip_client_transactions *table)
{
	struct client *client, *next;

	HASH_ITER (hh, table->by_key, client, next)
		if (client->octets)
			fail(client);
}

size_t sip_client_transactions_count(const struct sip_client_transactions *table)
{
	return table->count;
}
