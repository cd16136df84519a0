/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests of our own through the entry, with the clock and the network held by the test. */
#include "sip_client_transaction.h"

#include <errno.h>
#include <stdlib.h>

#include "log.h"
#include "sip_example.h"
#include "sip_remote_hop.h"
#include "sip_via.h"

#define MAX 3
#define UE  "198.51.100.23"

struct bench {
	struct sip_entry *entry;
	const struct sip_counters *counters;
	uint64_t now_ms, seed;
	/* the element */
	unsigned answers, status;
	struct sip_flow answer_flow;
	unsigned heard; /* answers, by how they came */
	struct sip_flow heard_flow;
	/* the network */
	struct sip_flow sent_flow;
	char sent[SIP_MESSAGE_MAX + 1];
	unsigned sends;
	int send_result;
};

static uint64_t now_ms(void *context)
{
	return ((struct bench *)context)->now_ms;
}

static int take_octets(void *context, const struct sip_flow *flow, const void *bytes, size_t len)
{
	struct bench *bench = context;

	bench->sends++;
	bench->sent_flow = *flow;
	memcpy(bench->sent, bytes, len);
	bench->sent[len] = '\0';
	return bench->send_result;
}

static void take_response(void *context, struct sip_message *response)
{
	struct bench *bench = context;

	assert_non_null(response);
	bench->answers++;
	bench->status = response->status;
	bench->answer_flow = response->flow;
	sip_message_destroy(response);
}

static void hear(void *context, const struct sip_flow *arrival)
{
	struct bench *bench = context;

	bench->heard++;
	bench->heard_flow = *arrival;
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct sip_entry_settings settings = {
		.clock = {.now_ms = now_ms, .context = bench},
		.timers = sip_timers_gm(2000),
		.transactions_max = MAX,
		.sender = {.send = take_octets, .context = bench},
		.answered = hear,
		.answered_context = bench,
	};

	if (!bench)
		return -1;
	log_open("test", LOG_ERROR);
	bench->seed = 11;
	settings.random = random_seeded(&bench->seed);
	*state = bench;
	if (sip_entry_create(&settings, &bench->entry))
		return -1;
	bench->counters = sip_entry_counters(bench->entry);
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	sip_entry_destroy(bench->entry);
	free(bench);
	return 0;
}

static struct net_endpoint endpoint(const char *address, uint16_t port)
{
	struct net_endpoint out = {.port = port};

	assert_int_equal(net_address_parse(address, strlen(address), &out.address), 0);
	return out;
}

/* port_pc → port_us; responses to port_ps. */
static struct sip_message *make_notify(enum sip_transport_kind transport, const char *branch)
{
	struct sip_message *request;

	assert_int_equal(sip_message_create_request(
				 sip_text("NOTIFY"), sip_text("sip:u@198.51.100.23"), &request),
		0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_FROM, sip_text("<sip:u@h>;tag=n")), 0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_TO, sip_text("<sip:u@h>;tag=u")), 0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_CALL_ID, sip_text("n1")), 0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_CSEQ, sip_text("1 NOTIFY")), 0);
	assert_int_equal(sip_via_push(request, transport, "203.0.113.9", 6100, branch), 0);
	request->flow = (struct sip_flow){.transport = transport,
		.local = endpoint("203.0.113.9", 6101),
		.remote = endpoint(UE, 40113)};
	return request;
}

static void send_notify(struct bench *bench, enum sip_transport_kind transport, const char *branch)
{
	sip_hop_send(sip_entry_hop(bench->entry), make_notify(transport, branch),
		(struct sip_reply_to){.reply = take_response, .context = bench});
}

/* From the UE's client port to port_ps, unless said otherwise. */
static void respond_from(struct bench *bench, unsigned status, const char *branch,
	const char *address, uint16_t to_port, const char *method)
{
	struct sip_flow flow = {.transport = SIP_UDP,
		.local = endpoint("203.0.113.9", to_port),
		.remote = endpoint(address, 40112)};
	char text[1024];

	snprintf(text, sizeof(text),
		"SIP/2.0 %u X\r\nVia: SIP/2.0/UDP 203.0.113.9:6100;branch=%s\r\n"
		"From: <sip:u@h>;tag=n\r\nTo: <sip:u@h>;tag=u\r\nCall-ID: n1\r\n"
		"CSeq: 1 %s\r\nContent-Length: 0\r\n\r\n",
		status, branch, method);
	sip_entry_receive(bench->entry, text, strlen(text), &flow);
}

static void respond(struct bench *bench, unsigned status, const char *branch)
{
	respond_from(bench, status, branch, UE, 6100, "NOTIFY");
}

static void wait_ms(struct bench *bench, uint64_t ms)
{
	bench->now_ms += ms;
	sip_entry_expire(bench->entry);
}

static void a_request_leaves_by_its_flow(void **state)
{
	struct bench *bench = *state;

	send_notify(bench, SIP_UDP, "z9hG4bK1");
	assert_int_equal(bench->sends, 1);
	assert_int_equal(bench->sent_flow.local.port, 6101);
	assert_int_equal(bench->sent_flow.remote.port, 40113);
	assert_memory_equal(bench->sent, "NOTIFY sip:u@198.51.100.23 SIP/2.0\r\n", 36);
	respond(bench, 200, "z9hG4bK1");
	assert_int_equal(bench->answers, 1);
	assert_int_equal(bench->status, 200);
	/* Undecided: its own element knows where it goes. */
	assert_int_equal(bench->answer_flow.remote.address.family, NET_NONE);
	assert_int_equal(bench->counters->client_requests, 1);
	assert_int_equal(bench->counters->responses, 1);
}

/* Timer E: 2, 4, 8, 16, 16 … s; Timer F after 128 s. */
static void nobody_answers(void **state)
{
	static const unsigned at_s[] = {2, 6, 14, 30, 46, 62, 78, 94, 110, 126};
	struct bench *bench = *state;
	unsigned next = 0;

	send_notify(bench, SIP_UDP, "z9hG4bK1");
	for (unsigned second = 1; second <= 127; second++) {
		wait_ms(bench, 1000);
		if (next < sizeof(at_s) / sizeof(at_s[0]) && at_s[next] == second)
			next++;
		assert_int_equal(bench->sends, 1 + next);
		assert_int_equal(bench->answers, 0);
	}
	assert_int_equal(next, sizeof(at_s) / sizeof(at_s[0]));
	wait_ms(bench, 1000);
	assert_int_equal(bench->answers, 1);
	assert_int_equal(bench->status, 408);
	assert_int_equal(bench->sends, 11);
	assert_int_equal(bench->counters->client_timeouts, 1);
	assert_int_equal(sip_entry_client_transactions(bench->entry), 0);
	respond(bench, 200, "z9hG4bK1");
	assert_int_equal(bench->counters->responses_unmatched, 1);
	assert_int_equal(bench->answers, 1);
}

static void provisional_slows_retransmissions(void **state)
{
	struct bench *bench = *state;

	send_notify(bench, SIP_UDP, "z9hG4bK1");
	respond(bench, 100, "z9hG4bK1");
	assert_int_equal(bench->answers, 0); /* hop by hop */
	respond(bench, 180, "z9hG4bK1");
	assert_int_equal(bench->answers, 1);
	wait_ms(bench, 2000);
	assert_int_equal(bench->sends, 2);
	wait_ms(bench, 15999);
	assert_int_equal(bench->sends, 2);
	wait_ms(bench, 1);
	assert_int_equal(bench->sends, 3);
	respond(bench, 200, "z9hG4bK1");
	assert_int_equal(bench->answers, 2);
}

/* Timer K: T4 */
static void a_repeated_response_is_known(void **state)
{
	struct bench *bench = *state;

	send_notify(bench, SIP_UDP, "z9hG4bK1");
	respond(bench, 481, "z9hG4bK1");
	respond(bench, 481, "z9hG4bK1");
	assert_int_equal(bench->answers, 1);
	assert_int_equal(bench->counters->responses, 2);
	wait_ms(bench, 16999);
	assert_int_equal(bench->sends, 1);
	assert_int_equal(sip_entry_client_transactions(bench->entry), 1);
	wait_ms(bench, 1);
	assert_int_equal(sip_entry_client_transactions(bench->entry), 0);
}

static void only_the_peer_answers(void **state)
{
	struct bench *bench = *state;

	send_notify(bench, SIP_UDP, "z9hG4bK1");
	respond(bench, 200, "z9hG4bK2");
	respond_from(bench, 200, "z9hG4bK1", UE, 6100, "REGISTER");
	respond_from(bench, 200, "z9hG4bK1", "198.51.100.24", 6100, "NOTIFY");
	respond_from(bench, 200, "z9hG4bK1", UE, 5060, "NOTIFY"); /* not inside of the SA */
	assert_int_equal(bench->answers, 0);
	assert_int_equal(bench->counters->responses_unmatched, 4);
	respond(bench, 200, "z9hG4bK1");
	assert_int_equal(bench->answers, 1);
}

static void clients_are_bounded(void **state)
{
	static const char *const branches[] = {"z9hG4bK1", "z9hG4bK2", "z9hG4bK3", "z9hG4bK4"};
	struct bench *bench = *state;

	for (unsigned i = 0; i < 4; i++)
		send_notify(bench, SIP_UDP, branches[i]);
	assert_int_equal(bench->sends, MAX);
	assert_int_equal(bench->answers, 1);
	assert_int_equal(bench->status, 503);
	assert_int_equal(sip_entry_client_transactions(bench->entry), MAX);
}

static void what_can_not_be_sent_is_refused(void **state)
{
	struct sip_reply_to reply_to = {.reply = take_response, .context = *state};
	struct bench *bench = *state;
	struct sip_message *request;

	send_notify(bench, SIP_UDP, "z9hG4bK1");
	send_notify(bench, SIP_UDP, "z9hG4bK1"); /* the branch is in use */
	assert_int_equal(bench->status, 500);
	send_notify(bench, SIP_UDP, "1"); /* RFC 2543 */
	assert_int_equal(bench->status, 500);
	request = make_notify(SIP_UDP, "z9hG4bK2");
	request->method = SIP_INVITE;
	sip_hop_send(sip_entry_hop(bench->entry), request, reply_to);
	assert_int_equal(bench->status, 501);
	assert_int_equal(bench->sends, 1);
	assert_int_equal(sip_entry_client_transactions(bench->entry), 1);
}

/* RFC 3261 §17.1.2.2: Timer E and K are of UDP; §17.1.4: 503 where the transport fails. */
static void reliable_transports(void **state)
{
	struct bench *bench = *state;
	struct sip_flow flow;

	send_notify(bench, SIP_TCP, "z9hG4bK1");
	send_notify(bench, SIP_TCP, "z9hG4bK2");
	flow = bench->sent_flow;
	wait_ms(bench, 127000);
	assert_int_equal(bench->sends, 2);
	respond(bench, 200, "z9hG4bK1");
	assert_int_equal(bench->status, 200);
	assert_int_equal(sip_entry_client_transactions(bench->entry), 1);
	flow.remote.port++;
	sip_entry_flow_failed(bench->entry, &flow);
	assert_int_equal(bench->answers, 1);
	flow.remote.port--;
	sip_entry_flow_failed(bench->entry, &flow);
	assert_int_equal(bench->answers, 2);
	assert_int_equal(bench->status, 503);
	bench->send_result = -ENOTCONN;
	send_notify(bench, SIP_TCP, "z9hG4bK3");
	assert_int_equal(bench->answers, 3);
	assert_int_equal(bench->status, 503);
	assert_int_equal(sip_entry_client_transactions(bench->entry), 0);
	/* Over UDP a message may be lost in any case. */
	send_notify(bench, SIP_UDP, "z9hG4bK4");
	assert_int_equal(bench->answers, 3);
	bench->send_result = 0;
	wait_ms(bench, 2000);
	respond(bench, 200, "z9hG4bK4");
	assert_int_equal(bench->status, 200);
}

static void a_remote_hop_is_a_socket(void **state)
{
	struct sip_reply_to reply_to = {.reply = take_response, .context = *state};
	struct bench *bench = *state;
	struct sip_remote_hop hop = {.entry = bench->entry,
		.flow = {.transport = SIP_UDP,
			.local = endpoint("203.0.113.9", 5070),
			.remote = endpoint("203.0.113.77", 5060)}};
	struct sip_message *request = make_notify(SIP_TCP, "z9hG4bK1");

	sip_hop_send(sip_remote_hop(&hop), request, reply_to);
	assert_true(sip_flow_equal(&bench->sent_flow, &hop.flow));
	assert_non_null(
		strstr(bench->sent, "\r\nVia: SIP/2.0/UDP 203.0.113.9:5070;branch=z9hG4bK1\r\n"));
	wait_ms(bench, 500); /* the core's T1 */
	assert_int_equal(bench->sends, 2);
	respond_from(bench, 200, "z9hG4bK1", "203.0.113.77", 5070, "NOTIFY");
	assert_int_equal(bench->status, 200);
	request = make_notify(SIP_UDP, "z9hG4bK2");
	sip_hop_send(sip_remote_hop(&hop), request, reply_to);
	for (unsigned i = 0; i < 32; i++) {
		assert_int_equal(bench->answers, 1);
		wait_ms(bench, 1000);
	}
	assert_int_equal(bench->answers, 2);
	assert_int_equal(bench->status, 408);
}

static void how_an_answer_came_is_told(void **state)
{
	struct net_endpoint client = endpoint(UE, 40112);
	struct bench *bench = *state;

	send_notify(bench, SIP_UDP, "z9hG4bK1");
	respond(bench, 200, "z9hG4bKother");
	respond_from(bench, 200, "z9hG4bK1", "198.51.100.24", 6100, "NOTIFY");
	assert_int_equal(bench->heard, 0);
	respond(bench, 200, "z9hG4bK1");
	assert_int_equal(bench->heard, 1);
	assert_int_equal(bench->heard_flow.local.port, 6100);
	assert_true(net_endpoint_equal(&bench->heard_flow.remote, &client));
}

static void who_gives_up_is_answered(void **state)
{
	struct bench *bench = *state;

	sip_entry_give_up(bench->entry);
	send_notify(bench, SIP_UDP, "z9hG4bK1");
	send_notify(bench, SIP_TCP, "z9hG4bK2");
	send_notify(bench, SIP_UDP, "z9hG4bK3");
	respond(bench, 200, "z9hG4bK3");
	sip_entry_give_up(bench->entry);
	assert_int_equal(bench->answers, 3);
	assert_int_equal(bench->status, 503);
	/* The completed one waits for Timer K only. */
	assert_int_equal(sip_entry_client_transactions(bench->entry), 1);
}

#define CASE(name, function)                            \
	{                                               \
		name, function, set_up, tear_down, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("P-USE a request leaves by its flow, its answer comes to port_ps",
			a_request_leaves_by_its_flow),
		CASE("NET-3 nobody answers: Timer E, Timer F, 408", nobody_answers),
		CASE("a provisional response slows retransmissions",
			provisional_slows_retransmissions),
		CASE("a repeated response is known until Timer K", a_repeated_response_is_known),
		CASE("P-BIND only the peer answers, and inside of its SA", only_the_peer_answers),
		CASE("clients are bounded", clients_are_bounded),
		CASE("what can not be sent is refused", what_can_not_be_sent_is_refused),
		CASE("P-USE reliable transports repeat nothing and fail at once",
			reliable_transports),
		CASE("a remote hop is a socket", a_remote_hop_is_a_socket),
		CASE("P-LIFE how an answer came is told", how_an_answer_came_is_told),
		CASE("who gives up is answered", who_gives_up_is_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
