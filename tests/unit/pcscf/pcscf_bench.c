/* SPDX-License-Identifier: BSD-3-Clause */
#include "pcscf_bench.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sip_list.h"
#include "sip_parse.h"
#include "sip_print.h"
#include "sip_reply.h"
#include "sip_validate.h"
#include "sip_via.h"

#define SHA1 \
	"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=2718281828;spi-s=3141592653;port-c=40112;port-s=40113"
#define MD5 "ipsec-3gpp;alg=hmac-md5-96;spi-c=2718281828;spi-s=3141592653;port-c=40112;port-s=40113"

#define BENCH_FIRST_HANDLE 100

struct bench bench;

static uint64_t held_now(void *context)
{
	(void)context;
	return bench.now_ms;
}

/* What is full begins anew. */
static void append(char *text, size_t size, const char *what, const char *end)
{
	size_t len = strlen(text);

	if (len + strlen(what) + strlen(end) >= size)
		len = 0;
	snprintf(text + len, size - len, "%s%s", what, end);
}

static void hear(void *context, const struct trace_event *event)
{
	(void)context;
	append(bench.events, sizeof(bench.events), event->name, " ");
	append(bench.details, sizeof(bench.details), event->detail, "\n");
}

void bench_print(const struct sip_message *message, char *out, size_t size)
{
	size_t len;

	assert_int_equal(sip_print(message, out, size - 1, &len), 0);
	out[len] = '\0';
}

static void home_receives(void *element, struct sip_message *request, struct sip_reply_to reply_to)
{
	(void)element;
	assert_null(bench.forwarded);
	bench.forwarded = request;
	bench.home_reply = reply_to;
	bench_print(request, bench.forwarded_text, sizeof(bench.forwarded_text));
}

static void ue_receives(void *context, struct sip_message *response)
{
	(void)context;
	assert_non_null(response);
	bench.answers++;
	bench.status = response->status;
	bench.answer_flow = response->flow;
	bench_print(response, bench.answer_text, sizeof(bench.answer_text));
	if (response->status == 401)
		assert_int_equal(sip_list_join(response, SIP_HEADER_SECURITY_SERVER,
					 bench.server_list, sizeof(bench.server_list)),
			0);
	sip_message_destroy(response);
}

static struct net_address address(const char *text)
{
	struct net_address out;

	assert_int_equal(net_address_parse(text, strlen(text), &out), 0);
	return out;
}

static bool is_taken(void *context, const struct net_endpoint *ue)
{
	struct net_endpoint taken = {address(BENCH_UE), bench.port_by_hand};

	(void)context;
	return net_endpoint_equal(ue, &taken);
}

void bench_set_record(uint64_t id, const uint8_t *octets, size_t len)
{
	struct bench_record *record = &bench.records[id];

	assert_true(id > 0 && id < BENCH_RECORDS);
	free(record->octets);
	*record = (struct bench_record){.octets = malloc(len + 1), .len = len};
	assert_non_null(record->octets);
	if (len > 0)
		memcpy(record->octets, octets, len);
}

static void put_record(void *context, uint64_t id, const struct record *record)
{
	(void)context;
	bench_set_record(id, record->octets, record->len);
	bench.kept++;
}

static void remove_record(void *context, uint64_t id)
{
	(void)context;
	assert_true(bench.records[id].len > 0);
	bench.records[id].len = 0;
}

static void open_pcscf(size_t half_open_max)
{
	static const struct keeper keeper = {.put = put_record, .remove = remove_record};
	const struct random random = random_seeded(&bench.seed);
	const struct pcscf_settings settings = {
		.address = address(BENCH_PCSCF),
		.unprotected_port = 5060,
		.server_port = 6100,
		.client_ports = {6101, 6102},
		.client_port_count = 2,
		.host_name = "pcscf.visited.net",
		.visited_network = "visited.net",
		.policy = {.algorithms = {SA_HMAC_SHA_1_96, SA_HMAC_MD5_96}, .count = 2},
		.replay_window = 64,
		.reg_await_auth_ms = 240000,
		.old_set_ms = 128000,
		.sets_max = 100,
		.half_open_max = half_open_max,
		.half_open_per_source = 20,
		.next = {.send = home_receives},
		.home = {.send = home_receives},
		.ues = {.send = bench_way_to_ue},
		.is_taken = is_taken,
		.sa_client = bench.sa_client,
		.timers = &bench.timers,
		.trace = &bench.trace,
		.random = random,
		.keeper = &keeper,
	};

	assert_int_equal(pcscf_create(&settings, &bench.pcscf), 0);
}

static void open_sa_client(void)
{
	const struct sa_client_settings settings = {.channel = bench.channel,
		.timers = &bench.timers,
		.random = random_seeded(&bench.seed),
		.capacity = 4096,
		.timeout_ms = 2000};

	assert_int_equal(sa_client_create(&settings, &bench.sa_client), 0);
}

void bench_open_with(size_t half_open_max)
{
	const struct sa_channel_size size = {.workers = 1, .commands = 64, .events = 64};
	int fd;

	memset(&bench, 0, sizeof(bench));
	bench.now_ms = 1000;
	bench.port_uc = BENCH_PORT_UC;
	bench.seed = 42;
	bench.next_handle = BENCH_FIRST_HANDLE;
	timer_queue_init(&bench.timers, (struct clock){.now_ms = held_now});
	assert_int_equal(sa_channel_create(&size, &fd), 0);
	assert_int_equal(sa_channel_map(fd, &bench.channel), 0);
	close(fd);
	sa_channel_resume_worker(bench.channel, 0);
	bench.listener = (struct trace_listener){.hear = hear};
	trace_add(&bench.trace, &bench.listener);
	open_sa_client();
	open_pcscf(half_open_max);
	sa_client_start(bench.sa_client);
	sa_client_flush(bench.sa_client);
	bench_worker(0);
}

void bench_restart(void)
{
	pcscf_keep(bench.pcscf);
	pcscf_destroy(bench.pcscf);
	sa_client_destroy(bench.sa_client);
	open_sa_client();
	open_pcscf(1000);
	for (uint64_t id = 0; id < BENCH_RECORDS; id++) {
		struct bench_record *record = &bench.records[id];

		if (record->len > 0 && !pcscf_restore(bench.pcscf, id, record->octets, record->len))
			record->len = 0;
	}
	sa_client_start(bench.sa_client);
	sa_client_flush(bench.sa_client);
}

int bench_open(void **state)
{
	(void)state;
	bench_open_with(1000);
	return 0;
}

int bench_close(void **state)
{
	(void)state;
	if (bench.forwarded)
		bench_home(500, "");
	if (bench.toward_ue)
		bench_answer(500, "");
	pcscf_destroy(bench.pcscf);
	sa_client_destroy(bench.sa_client);
	sa_channel_unmap(bench.channel);
	for (uint64_t id = 0; id < BENCH_RECORDS; id++)
		free(bench.records[id].octets);
	return 0;
}

static const char *given(const char *text, const char *usual)
{
	return text ? text : usual;
}

static int row(char *out, size_t size, const char *name, const char *value)
{
	return value[0] ? snprintf(out, size, "%s: %s\r\n", name, value) : 0;
}

void bench_ue(const struct bench_register *m)
{
	const char *source = given(m->source, BENCH_UE), *method = given(m->method, "REGISTER");
	char text[65536];
	struct sip_message *request;
	size_t len = 0;

	bench.branch++;
	bench.status = 0;
	len += (size_t)snprintf(text, sizeof(text),
		"%s %s SIP/2.0\r\nVia: SIP/2.0/UDP %s:%u;branch=z9hG4bK%u;rport\r\n"
		"Max-Forwards: 70\r\nFrom: <sip:alice@home.net>;tag=1\r\nTo: <%s>%s\r\n"
		"Call-ID: call\r\nCSeq: %u %s\r\nContact: <sip:alice@%s:40113>;expires=600\r\n",
		method, given(m->uri, "sip:home.net"), given(m->via_host, source), 5060,
		bench.branch, given(m->to, "sip:alice@home.net"), given(m->to_params, ""),
		bench.branch, method, source);
	len += (size_t)row(text + len, sizeof(text) - len, "Authorization",
		given(m->authorization, "Digest username=\"" BENCH_IMPI
					"\",realm=\"home.net\",uri=\"sip:home.net\",nonce=\"\","
					"response=\"\""));
	len += (size_t)row(
		text + len, sizeof(text) - len, "Security-Client", given(m->client, SHA1 ", " MD5));
	len += (size_t)row(text + len, sizeof(text) - len, "Security-Verify", given(m->verify, ""));
	len += (size_t)row(
		text + len, sizeof(text) - len, "Require", given(m->require, "sec-agree"));
	len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\r\n", given(m->more, ""));
	assert_true(len < sizeof(text));

	assert_int_equal(sip_parse(text, len, &request), 0);
	request->flow = (struct sip_flow){.transport = SIP_UDP,
		.local = {.address = address(BENCH_PCSCF), .port = m->to_port ? m->to_port : 5060},
		.remote = {.address = address(source),
			.port = m->source_port ? m->source_port : 5060}};
	assert_int_equal(sip_validate(request).kind, SIP_VALID);
	assert_int_equal(sip_via_mark_source(request), 0); /* as the entry does */
	sip_hop_send(pcscf_hop(bench.pcscf), request, (struct sip_reply_to){.reply = ue_receives});
}

struct sip_message *bench_respond(struct sip_message *request, unsigned status, const char *rows)
{
	struct sip_message *response;
	char text[16384];
	size_t len;

	assert_int_equal(sip_reply_create(request, status, NULL, "home", &response), 0);
	assert_int_equal(sip_print(response, text, sizeof(text), &len), 0);
	sip_message_destroy(response);
	sip_message_destroy(request);
	/* Behind the last row, as if its sender had written it. */
	len -= 2;
	len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\r\n", rows);
	assert_int_equal(sip_parse(text, len, &response), 0);
	assert_int_equal(sip_validate(response).kind != SIP_ANSWER, 1);
	return response;
}

void bench_home(unsigned status, const char *rows)
{
	struct sip_message *request = bench.forwarded;

	assert_non_null(request);
	bench.forwarded = NULL;
	sip_hop_reply(bench.home_reply, bench_respond(request, status, rows));
}

void bench_home_challenges(void)
{
	bench_home(401,
		"WWW-Authenticate: Digest realm=\"home.net\",nonce=\"" BENCH_NONCE
		"\",algorithm=AKAv1-MD5,qop=\"auth\",ik=\"" BENCH_IK "\",ck=\"" BENCH_CK "\"\r\n");
}

void bench_home_accepts(unsigned expires_s)
{
	char rows[512];

	snprintf(rows, sizeof(rows),
		"Contact: <sip:alice@" BENCH_UE ":40113>;expires=%u\r\n"
		"P-Associated-URI: <sip:alice@home.net>, <tel:+15550100>\r\n"
		"Service-Route: <sip:orig@scscf.home.net;lr>\r\n",
		expires_s);
	bench_home(200, rows);
}

bool bench_worker_once(int status)
{
	struct sa_command command;
	struct sa_event event = {.type = SA_EVENT_ACKNOWLEDGED};

	if (!sa_channel_peek_command(bench.channel, 0, &command))
		return false;
	event.cookie = command.cookie;
	event.handle = command.handle;
	if (command.type == SA_COMMAND_ADD) {
		event.handle = bench.next_handle++;
		event.status = bench.good_first > 0 ? 0 : status;
		bench.good_first -= bench.good_first > 0;
		bench.sas[bench.sa_count++ % 32] = command.parameters;
	} else if (command.type == SA_COMMAND_DELETE) {
		bench.deleted++;
	} else if (command.type == SA_COMMAND_KEEP && command.handle == bench.gone) {
		event.status = -ENOENT;
	}
	assert_true(sa_channel_send_event(bench.channel, 0, &event));
	sa_channel_consume_command(bench.channel, 0);
	sa_client_poll(bench.sa_client);
	return true;
}

void bench_worker(int status)
{
	while (bench_worker_once(status))
		;
}

void bench_wait_ms(uint64_t ms)
{
	bench.now_ms += ms;
	timer_queue_run(&bench.timers);
	bench_worker(0);
}

void bench_reach_challenge(void)
{
	bench_ue(&(struct bench_register){0});
	bench_home_challenges();
	assert_int_equal(bench.status, 0);
	bench_worker(0);
	assert_int_equal(bench.status, 401);
}

struct bench_register bench_sm7(void)
{
	return (struct bench_register){
		.source_port = bench.port_uc,
		.to_port = 6100,
		.client = bench.client_list[0] ? bench.client_list : NULL,
		.verify = bench.server_list,
		.authorization = "Digest username=\"" BENCH_IMPI
				 "\",realm=\"home.net\",uri=\"sip:home.net\",nonce=\"" BENCH_NONCE
				 "\",algorithm=AKAv1-MD5,response="
				 "\"0123456789abcdef0123456789abcdef\"",
	};
}

void bench_reach_registration(void)
{
	struct bench_register sm7;

	bench_reach_challenge();
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
}

void bench_reach_reauthentication(uint16_t port_uc)
{
	struct bench_register sm1 = bench_sm7();

	snprintf(bench.client_list, sizeof(bench.client_list),
		"ipsec-3gpp;alg=hmac-sha-1-96;spi-c=%u;spi-s=%u;port-c=%u;port-s=40113",
		1000u + port_uc, 200000u + port_uc, port_uc);
	sm1.client = bench.client_list;
	sm1.authorization = NULL;
	bench_ue(&sm1);
	bench_assert_has(bench.forwarded_text, "integrity-protected=\"yes\"");
	bench_home_challenges();
	bench_worker(0);
	assert_int_equal(bench.status, 401);
	bench.port_uc = port_uc;
}

void bench_reauthenticate(uint16_t port_uc)
{
	struct bench_register sm7;

	bench_reach_reauthentication(port_uc);
	sm7 = bench_sm7();
	bench_ue(&sm7);
	bench_home_accepts(600);
	assert_int_equal(bench.status, 200);
}

void bench_first_use(unsigned number)
{
	struct sa_event event = {.handle = BENCH_FIRST_HANDLE + number, .type = SA_EVENT_FIRST_USE};

	assert_true(sa_channel_send_event(bench.channel, 0, &event));
	sa_client_poll(bench.sa_client);
}

static void count_set(void *context, const struct sa_set *set)
{
	(void)set;
	++*(unsigned *)context;
}

unsigned bench_sets(void)
{
	unsigned count = 0;

	pcscf_show_sets(bench.pcscf, NULL, count_set, &count);
	return count;
}

size_t bench_spis(void)
{
	struct sa_client_gauges gauges;

	sa_client_gauge(bench.sa_client, &gauges);
	return gauges.spis;
}

static void count_state(void *context, const struct sa_set *set)
{
	((unsigned *)context)[set->state]++;
}

unsigned bench_sets_in(enum sa_set_state state)
{
	unsigned counts[SA_SET_STATE_COUNT] = {0};

	pcscf_show_sets(bench.pcscf, NULL, count_state, counts);
	return counts[state];
}

void bench_assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

void bench_assert_has_not(const char *text, const char *part)
{
	if (strcasestr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

void bench_assert_flow(const char *remote, uint16_t local_port, uint16_t remote_port)
{
	char text[NET_TEXT_MAX];

	assert_string_equal(net_address_print(&bench.answer_flow.remote.address, text), remote);
	assert_int_equal(bench.answer_flow.local.port, local_port);
	assert_int_equal(bench.answer_flow.remote.port, remote_port);
}
