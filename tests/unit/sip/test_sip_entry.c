/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_entry.h"

#include <errno.h>
#include <stdlib.h>

#include "log.h"
#include "sip_example.h"
#include "sip_reply.h"

#define T1_MS 500
#define MAX   4

/* One entry with everything around it held by the test: clock, network, element. */
struct bench {
	struct sip_entry *entry;
	const struct sip_counters *counters;
	uint64_t now_ms, seed;
	/* the element */
	struct sip_message *request;
	struct sip_reply_to reply_to;
	unsigned requests;
	/* the network */
	struct sip_flow sent_flow;
	char sent[SIP_MESSAGE_MAX + 1];
	unsigned sends;
	int send_result;
	unsigned traced;
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

static void take_request(void *context, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct bench *bench = context;

	sip_message_destroy(bench->request);
	bench->request = request;
	bench->reply_to = reply_to;
	bench->requests++;
}

static void take_trace(
	void *context, const struct sip_flow *flow, bool sent, const void *bytes, size_t len)
{
	struct bench *bench = context;

	(void)flow, (void)sent, (void)bytes;
	assert_true(len > 0);
	bench->traced++;
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct sip_entry_settings settings = {
		.clock = {.now_ms = now_ms, .context = bench},
		.timers = {.t1_ms = T1_MS, .t2_ms = 4000, .t4_ms = 5000},
		.transactions_max = MAX,
		.answers_max = 512 * 1024,
		.element = {.send = take_request, .element = bench},
		.sender = {.send = take_octets, .context = bench},
		.trace = take_trace,
		.trace_context = bench,
	};

	if (!bench)
		return -1;
	log_open("test", LOG_ERROR);
	bench->seed = 7;
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

	sip_message_destroy(bench->request);
	sip_entry_destroy(bench->entry);
	free(bench);
	return 0;
}

static struct sip_flow flow_from(const char *address, uint16_t port)
{
	struct sip_flow flow = {.transport = SIP_UDP, .local.port = 5060, .remote.port = port};

	assert_int_equal(net_address_parse("203.0.113.9", 11, &flow.local.address), 0);
	assert_int_equal(net_address_parse(address, strlen(address), &flow.remote.address), 0);
	return flow;
}

static void receive(struct bench *bench, const char *text)
{
	struct sip_flow flow = flow_from("198.51.100.23", 40112);

	sip_entry_receive(bench->entry, text, strlen(text), &flow);
}

static void answer(struct bench *bench, unsigned status)
{
	struct sip_message *response;

	assert_int_equal(sip_reply_create(bench->request, status, NULL, "t1", &response), 0);
	sip_hop_reply(bench->reply_to, response);
}

static void a_retransmission_gets_the_same_octets(void **state)
{
	struct bench *bench = *state;
	char first[1024];

	receive(bench, SIP_EXAMPLE);
	assert_int_equal(bench->requests, 1);
	assert_non_null(strstr(sip_example_print(bench->request),
		";branch=z9hG4bKa1;rport=40112;received=198.51.100.23\r\n"));
	assert_int_equal(bench->request->flow.remote.port, 40112);
	receive(bench, SIP_EXAMPLE); /* pending: absorbed */
	assert_int_equal(bench->counters->retransmissions_absorbed, 1);
	assert_int_equal(bench->sends, 0);
	answer(bench, 401);
	assert_int_equal(bench->sends, 1);
	assert_int_equal(bench->sent_flow.remote.port, 40112);
	assert_int_equal(bench->sent_flow.local.port, 5060);
	memcpy(first, bench->sent, strlen(bench->sent) + 1);
	bench->now_ms += 64 * T1_MS - 1;
	sip_entry_expire(bench->entry);
	memset(bench->sent, 0, 100);
	receive(bench, SIP_EXAMPLE);
	assert_int_equal(bench->sends, 2);
	assert_string_equal(bench->sent, first);
	assert_int_equal(bench->counters->retransmissions_answered, 1);
	assert_int_equal(bench->requests, 1);
	/* Timer J: 64 * T1 after the final response, not after the last repetition */
	assert_int_equal(sip_entry_transactions(bench->entry), 1);
	bench->now_ms += 1;
	sip_entry_expire(bench->entry);
	assert_int_equal(sip_entry_transactions(bench->entry), 0);
	receive(bench, SIP_EXAMPLE);
	assert_int_equal(bench->requests, 2);
	sip_hop_reply(bench->reply_to, NULL);
}

static void the_element_says_where_the_response_leaves(void **state)
{
	struct bench *bench = *state;
	struct sip_message *response;

	receive(bench, SIP_EXAMPLE);
	assert_int_equal(sip_reply_create(bench->request, 200, NULL, "t1", &response), 0);
	response->flow = flow_from("198.51.100.23", 40113);
	response->flow.local.port = 6101;
	sip_hop_reply(bench->reply_to, response);
	for (unsigned i = 1; i <= 2; i++) {
		assert_int_equal(bench->sends, i);
		assert_int_equal(bench->sent_flow.local.port, 6101);
		assert_int_equal(bench->sent_flow.remote.port, 40113);
		memset(&bench->sent_flow, 0, sizeof(bench->sent_flow));
		receive(bench, SIP_EXAMPLE);
	}
}

static void provisional_then_final(void **state)
{
	struct bench *bench = *state;

	receive(bench, SIP_EXAMPLE);
	answer(bench, 100);
	receive(bench, SIP_EXAMPLE);
	assert_int_equal(bench->sends, 2);
	assert_memory_equal(bench->sent, "SIP/2.0 100 ", 12);
	answer(bench, 200);
	receive(bench, SIP_EXAMPLE);
	assert_int_equal(bench->sends, 4);
	assert_memory_equal(bench->sent, "SIP/2.0 200 ", 12);
	assert_int_equal(bench->requests, 1);
}

/* RFC 3261 §17.2.3; the flow counts, too. */
static void other_transactions_are_other_ones(void **state)
{
	static const struct {
		const char *from, *to; /* words in the text */
	} rows[] = {
		{"z9hG4bKa1", "z9hG4bKa2"},
		{"23:5060;branch", "24:5060;branch"},
		{"23:5060;branch", "23:5061;branch"},
	};
	struct sip_flow flow;
	struct bench *bench = *state;

	receive(bench, SIP_EXAMPLE);
	answer(bench, 200);
	for (unsigned i = 0; i < 3; i++) {
		char text[2048];
		const char *at = strstr(SIP_EXAMPLE, rows[i].from);

		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - SIP_EXAMPLE), SIP_EXAMPLE,
			rows[i].to, at + strlen(rows[i].from));
		receive(bench, text);
		assert_int_equal(bench->requests, 2 + i);
		sip_hop_reply(bench->reply_to, NULL);
	}
	flow = flow_from("198.51.100.24", 40112);
	sip_entry_receive(bench->entry, SIP_EXAMPLE, strlen(SIP_EXAMPLE), &flow);
	assert_int_equal(bench->requests, 5);
	sip_hop_reply(bench->reply_to, NULL);
	flow = flow_from("198.51.100.23", 40112);
	flow.local.port = 6100;
	sip_entry_receive(bench->entry, SIP_EXAMPLE, strlen(SIP_EXAMPLE), &flow);
	assert_int_equal(bench->requests, 6);
	sip_hop_reply(bench->reply_to, NULL);
	assert_int_equal(bench->counters->retransmissions_answered, 0);
}

static void without_a_cookie(void **state)
{
	static const char first[] = "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.23\r\n"
				    "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\n"
				    "CSeq: 1 REGISTER\r\n\r\n";
	static const char second[] = "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.23\r\n"
				     "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\n"
				     "CSeq: 2 REGISTER\r\n\r\n";
	struct bench *bench = *state;

	receive(bench, first);
	answer(bench, 401);
	assert_int_equal(bench->sent_flow.remote.port, 5060); /* no rport */
	receive(bench, first);
	assert_int_equal(bench->requests, 1);
	receive(bench, second);
	assert_int_equal(bench->requests, 2);
	answer(bench, 200);
}

static void send_options(struct bench *bench, unsigned branch)
{
	char text[1024];

	snprintf(text, sizeof(text),
		"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK%u\r\n"
		"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\n"
		"CSeq: 1 OPTIONS\r\n\r\n",
		branch);
	receive(bench, text);
}

static void full_is_503_and_ends(void **state)
{
	struct bench *bench = *state;
	struct sip_reply_to first = {.reply = NULL};

	for (unsigned i = 0; i <= MAX; i++) {
		send_options(bench, i);
		if (i == 0)
			first = bench->reply_to;
	}
	assert_int_equal(bench->requests, MAX);
	assert_int_equal(bench->counters->transactions_full, 1);
	assert_memory_equal(bench->sent, "SIP/2.0 503 ", 12);
	assert_non_null(strstr(bench->sent, ";branch=z9hG4bK4;received=198.51.100.23\r\n"));
	/* What is answered takes no place from what is not. */
	sip_hop_reply(first, NULL);
	send_options(bench, MAX);
	assert_int_equal(bench->requests, MAX + 1);
	for (unsigned i = 0; i < 100; i++) {
		answer(bench, 200);
		send_options(bench, MAX + 1 + i);
		assert_int_equal(bench->requests, MAX + 2 + i);
	}
	assert_int_equal(sip_entry_transactions(bench->entry), MAX + 100);
	assert_int_equal(bench->counters->transactions_full, 1);
	/* The others are never answered. */
	bench->now_ms += 64 * T1_MS;
	sip_entry_expire(bench->entry);
	assert_int_equal(bench->counters->transactions_abandoned, MAX);
}

static void answer_long(struct bench *bench)
{
	static char huge[30000];
	struct sip_message *response;

	memset(huge, 'a', sizeof(huge) - 1);
	assert_int_equal(sip_reply_create(bench->request, 200, NULL, "t", &response), 0);
	assert_int_equal(sip_header_add(response, SIP_HEADER_PATH, sip_text(huge)), 0);
	sip_hop_reply(bench->reply_to, response);
}

/* Two chunks of 256 KB hold 16 of these: the oldest went, the youngest are there. */
static void stored_answers_are_bounded(void **state)
{
	struct bench *bench = *state;

	for (unsigned i = 0; i < 100; i++) {
		send_options(bench, i);
		answer_long(bench);
	}
	assert_int_equal(bench->requests, 100);
	assert_in_range(sip_entry_transactions(bench->entry), 8, 16);
	assert_int_equal(bench->counters->answers_shed, 100 - sip_entry_transactions(bench->entry));
	send_options(bench, 99);
	assert_int_equal(bench->requests, 100);
	assert_int_equal(bench->counters->retransmissions_answered, 1);
	send_options(bench, 0);
	assert_int_equal(bench->requests, 101);
	answer_long(bench);
	bench->now_ms += 64 * T1_MS;
	sip_entry_expire(bench->entry);
	assert_int_equal(sip_entry_transactions(bench->entry), 0);
}

static void an_answer_too_late_is_harmless(void **state)
{
	struct bench *bench = *state;

	receive(bench, SIP_EXAMPLE);
	bench->now_ms += 64 * T1_MS;
	sip_entry_expire(bench->entry);
	assert_int_equal(bench->counters->transactions_abandoned, 1);
	struct sip_reply_to late = bench->reply_to;

	receive(bench, SIP_EXAMPLE); /* a new try */
	assert_int_equal(bench->requests, 2);
	sip_hop_reply(bench->reply_to, NULL);
	bench->reply_to = late;
	answer(bench, 100);
	answer(bench, 200);
	assert_int_equal(bench->sends, 0);
	assert_int_equal(sip_entry_transactions(bench->entry), 0);
}

static void reliable_transports_repeat_nothing(void **state)
{
	struct bench *bench = *state;
	struct sip_flow flow = flow_from("198.51.100.23", 40112);

	flow.transport = SIP_TCP;
	sip_entry_receive(bench->entry, SIP_EXAMPLE, strlen(SIP_EXAMPLE), &flow);
	answer(bench, 200);
	assert_int_equal(bench->sends, 1);
	assert_int_equal(bench->sent_flow.transport, SIP_TCP);
	assert_int_equal(sip_entry_transactions(bench->entry), 0);
}

/* The connection is gone: a new one goes where a datagram would, else the answer is lost. */
static void an_answer_without_its_connection(void **state)
{
	struct bench *bench = *state;
	struct sip_flow flow = flow_from("198.51.100.23", 40112);
	struct sip_message *response;

	flow.transport = SIP_TCP;
	bench->send_result = -ENOTCONN;
	sip_entry_receive(bench->entry, SIP_EXAMPLE, strlen(SIP_EXAMPLE), &flow);
	answer(bench, 401);
	assert_int_equal(bench->sends, 1);
	sip_entry_receive(bench->entry, SIP_EXAMPLE, strlen(SIP_EXAMPLE), &flow);
	assert_int_equal(sip_reply_create(bench->request, 200, NULL, "t1", &response), 0);
	response->flow = flow_from("198.51.100.23", 40113);
	response->flow.local.port = 6101;
	sip_hop_reply(bench->reply_to, response);
	assert_int_equal(bench->sends, 3);
	assert_int_equal(bench->sent_flow.transport, SIP_TCP);
	assert_int_equal(bench->sent_flow.local.port, 6101);
	assert_int_equal(bench->sent_flow.remote.port, 40113);
	assert_int_equal(bench->counters->send_failures, 3);
	assert_int_equal(sip_entry_transactions(bench->entry), 0);
}

static void what_is_wrong_ends_here(void **state)
{
	static const char no_via[] = "REGISTER sip:a SIP/2.0\r\nTo: x\r\n\r\n";
	static const char no_tag[] = "REGISTER sip:a SIP/2.0\r\n"
				     "Via: SIP/2.0/UDP a:5066;branch=z9hG4bK1\r\n"
				     "From: <sip:a@b>\r\nTo: <sip:a@b>\r\nCall-ID: x\r\n"
				     "CSeq: 1 REGISTER\r\n\r\n";
	struct bench *bench = *state;
	char first[1024];

	receive(bench, "rubbish");
	receive(bench, no_via);
	assert_int_equal(bench->counters->malformed_silent, 2);
	receive(bench, "SIP/2.0 200 OK\r\n" SIP_EXAMPLE_ROWS "\r\n");
	assert_int_equal(bench->counters->responses_unmatched, 1);
	receive(bench, "ACK sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\n"
		       "From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: x\r\n"
		       "CSeq: 1 ACK\r\n\r\n");
	assert_int_equal(bench->counters->acks, 1);
	assert_int_equal(bench->sends, 0);
	receive(bench, no_tag);
	assert_int_equal(bench->counters->malformed_answered, 1);
	assert_memory_equal(bench->sent, "SIP/2.0 400 Bad From\r\n", 22);
	assert_int_equal(bench->sent_flow.remote.port, 5066);
	memcpy(first, bench->sent, strlen(bench->sent) + 1);
	receive(bench, no_tag); /* RFC 3261 §8.2.7: the same tag, without a state */
	assert_string_equal(bench->sent, first);
	assert_int_equal(bench->requests, 0);
	assert_int_equal(sip_entry_transactions(bench->entry), 0);
	assert_int_equal(bench->counters->received, 6);
	assert_int_equal(bench->traced, 6 + 2);
}

static void keep_alives_are_answered(void **state)
{
	static const char stun[20] = "\0\1\0\0\x21\x12\xa4\x42";
	struct sip_flow flow = flow_from("198.51.100.23", 40112);
	struct bench *bench = *state;

	receive(bench, "");
	receive(bench, "\r\n"); /* itself an answer */
	assert_int_equal(bench->sends, 0);
	receive(bench, "\r\n\r\n");
	assert_int_equal(bench->sends, 1);
	assert_string_equal(bench->sent, "\r\n");
	assert_int_equal(bench->counters->keep_alives, 3);
	sip_entry_receive(bench->entry, stun, sizeof(stun), &flow);
	assert_int_equal(bench->sends, 2);
	assert_true(sip_flow_equal(&bench->sent_flow, &flow));
	assert_memory_equal(bench->sent, "\1\1\0\14\x21\x12\xa4\x42", 8);
	assert_int_equal(bench->counters->stun, 1);
	assert_int_equal(bench->counters->keep_alives_answered, 2);
	/* What is no binding request gets silence. */
	flow.remote.port++;
	sip_entry_receive(bench->entry, bench->sent, 32, &flow);
	assert_int_equal(bench->sends, 2);
	assert_int_equal(bench->traced, 0);
}

static void a_failure_to_send_is_counted_and_repeated(void **state)
{
	struct bench *bench = *state;

	bench->send_result = -EAGAIN;
	receive(bench, SIP_EXAMPLE);
	answer(bench, 200);
	assert_int_equal(bench->counters->send_failures, 1);
	bench->send_result = 0;
	receive(bench, SIP_EXAMPLE);
	assert_int_equal(bench->counters->sent, 1);
}

static void hop_refuse_answers_and_frees(void **state)
{
	struct bench *bench = *state;

	receive(bench, SIP_EXAMPLE);
	sip_hop_refuse(bench->request, bench->reply_to, 494, NULL, "t9");
	bench->request = NULL;
	assert_memory_equal(bench->sent, "SIP/2.0 494 Security Agreement Required\r\n", 41);
	assert_non_null(strstr(bench->sent, "net>;tag=t9\r\n"));
}

#define CASE(name, function)                            \
	{                                               \
		name, function, set_up, tear_down, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE("AKA-5 a retransmitted REGISTER gets the same 401",
			a_retransmission_gets_the_same_octets),
		CASE("P-USE the response leaves as the element says",
			the_element_says_where_the_response_leaves),
		CASE("provisional, then final", provisional_then_final),
		CASE("other transactions are other ones", other_transactions_are_other_ones),
		CASE("without a cookie", without_a_cookie),
		CASE("full is 503 and ends", full_is_503_and_ends),
		CASE("stored answers are bounded", stored_answers_are_bounded),
		CASE("an answer too late is harmless", an_answer_too_late_is_harmless),
		CASE("reliable transports repeat nothing", reliable_transports_repeat_nothing),
		CASE("P-USE an answer without its connection", an_answer_without_its_connection),
		CASE("what is wrong ends here", what_is_wrong_ends_here),
		CASE("P-24229 keep-alives are answered", keep_alives_are_answered),
		CASE("a failure to send is counted and repeated",
			a_failure_to_send_is_counted_and_repeated),
		CASE("hop_refuse answers and frees", hop_refuse_answers_and_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
