/* SPDX-License-Identifier: BSD-3-Clause */
/* Real connections on the loopback, through the whole transport. The UE's side blocks; ours runs
 * while the test waits for something. */
#include "sip_tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "log.h"
#include "sip_example.h"
#include "sip_reply.h"
#include "sip_transport.h"
#include "sip_via.h"

#define REQUEST(branch, more)                                                             \
	"REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5062;branch=z9hG4bK" branch \
	"\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:a@h>\r\nCall-ID: c\r\n"                    \
	"CSeq: 1 REGISTER\r\n" more
#define GOOD(branch) REQUEST(branch, "Content-Length: 0\r\n\r\n")

static const struct sip_tcp_limits generous = {.connections_max = 10,
	.per_source_max = 10,
	.buffered_max = 1000000,
	.half_ms = 60000,
	.idle_ms = 60000};

static struct bench {
	struct event_base *base;
	struct sip_transport *transport;
	const struct sip_counters *counters;
	struct net_endpoint server, client; /* port_ps, which listens; port_pc, which does not */
	uint64_t seed;
	/* the element as a server */
	unsigned requests;
	struct sip_flow flow; /* of the last request */
	bool holds;           /* does not answer at once */
	size_t body_len;
	struct sip_message *request;
	struct sip_reply_to reply_to;
	/* as a client */
	unsigned answers, status;
} bench;

static void answer(struct sip_message *request, struct sip_reply_to reply_to)
{
	static char body[SIP_MESSAGE_MAX];
	struct sip_message *response;

	for (size_t i = 0; i < sizeof(body); i++)
		body[i] = (char)('a' + i % 26 + (i / 26) % 5);
	assert_int_equal(sip_reply_create(request, 200, NULL, "t1", &response), 0);
	assert_int_equal(sip_message_set_body(response, sip_text("text/plain"),
				 (struct sip_text){body, bench.body_len}),
		0);
	sip_message_destroy(request);
	sip_hop_reply(reply_to, response);
}

static void take_request(void *context, struct sip_message *request, struct sip_reply_to reply_to)
{
	(void)context;
	bench.requests++;
	bench.flow = request->flow;
	if (!bench.holds) {
		answer(request, reply_to);
		return;
	}
	bench.request = request;
	bench.reply_to = reply_to;
}

static void take_response(void *context, struct sip_message *response)
{
	(void)context;
	bench.answers++;
	bench.status = response->status;
	sip_message_destroy(response);
}

static void open_bench(const char *address, const struct sip_tcp_limits *limits)
{
	struct sip_entry_settings settings = {
		.clock = clock_monotonic(),
		.timers = SIP_TIMERS_CORE,
		.transactions_max = 1000,
		.element = {.send = take_request},
	};
	struct net_endpoint any = {.port = 0};

	log_open("test", LOG_ERROR);
	bench = (struct bench){.seed = 5, .base = event_base_new()};
	assert_non_null(bench.base);
	settings.base = bench.base;
	settings.random = random_seeded(&bench.seed);
	assert_int_equal(net_address_parse(address, strlen(address), &any.address), 0);
	assert_int_equal(sip_transport_create(&settings, limits, &bench.transport), 0);
	assert_int_equal(sip_transport_listen(bench.transport, SIP_TCP, &any, &bench.server), 0);
	/* A port that is free for TCP, most likely: it was for UDP. */
	assert_int_equal(sip_transport_listen(bench.transport, SIP_UDP, &any, &bench.client), 0);
	bench.counters = sip_entry_counters(sip_transport_entry(bench.transport));
}

static void close_bench(void)
{
	sip_transport_destroy(bench.transport);
	event_base_free(bench.base);
}

static int set_up(void **state)
{
	(void)state;
	open_bench("127.0.0.1", &generous);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	close_bench();
	return 0;
}

#define AWAIT(condition)                                                               \
	do {                                                                           \
		while (!(condition))                                                   \
			assert_int_equal(event_base_loop(bench.base, EVLOOP_ONCE), 0); \
	} while (0)

static int connect_ue(void)
{
	struct sockaddr_storage to;
	socklen_t len = net_endpoint_to_sockaddr(&bench.server, &to);
	int fd = socket(to.ss_family, SOCK_STREAM, 0);
	const int one = 1, small = 4096;

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, len), 0);
	return fd;
}

static void say_octets(int fd, const char *octets, size_t len)
{
	while (len > 0) {
		ssize_t sent = send(fd, octets, len, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			return; /* the peer has had enough */
		if (sent < 0) {
			event_base_loop(bench.base, EVLOOP_NONBLOCK);
			continue;
		}
		octets += sent;
		len -= (size_t)sent;
	}
}

static void say(int fd, const char *text)
{
	say_octets(fd, text, strlen(text));
}

/* What comes until the text holds this (or the peer ends: NULL); our side runs meanwhile. */
static const char *hear(int fd, const char *until)
{
	static char text[20000000];
	size_t len = 0;

	for (;;) {
		ssize_t got = recv(fd, text + len, sizeof(text) - 1 - len, MSG_DONTWAIT);

		if (got < 0 && errno == EAGAIN) {
			event_base_loop(bench.base, EVLOOP_NONBLOCK);
			continue;
		}
		len += got > 0 ? (size_t)got : 0;
		text[len] = '\0';
		if (got <= 0) {
			assert_null(until);
			return text;
		}
		if (until && strstr(text, until))
			return text;
	}
}

static unsigned count(const char *text, const char *word)
{
	unsigned n = 0;

	while ((text = strstr(text, word))) {
		n++;
		text++;
	}
	return n;
}

static void answers_return_on_the_connection(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::1"};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		int fd;

		open_bench(addresses[i], &generous);
		fd = connect_ue();
		say(fd, GOOD("1"));
		assert_int_equal(count(hear(fd, "\r\n\r\n"), "SIP/2.0 200 OK"), 1);
		assert_true(net_endpoint_equal(&bench.flow.local, &bench.server));
		assert_int_equal(bench.flow.transport, SIP_TCP);
		assert_int_equal(sip_transport_connections(bench.transport), 1);
		/* Timer J is 0. */
		assert_int_equal(sip_entry_transactions(sip_transport_entry(bench.transport)), 0);
		close(fd);
		AWAIT(sip_transport_connections(bench.transport) == 0);
		close_bench();
	}
}

static void any_segments(void **state)
{
	int fd = connect_ue();
	const char *heard;

	(void)state;
	say(fd, GOOD("1") GOOD("2") GOOD("3"));
	AWAIT(bench.requests == 3);
	say(fd, "\r\n");
	for (const char *at = GOOD("4"); *at; at++) {
		say_octets(fd, at, 1);
		event_base_loop(bench.base, EVLOOP_NONBLOCK);
	}
	AWAIT(bench.requests == 4);
	/* Half a message, its end with half of the next, the rest. */
	for (unsigned i = 0; i < 3; i++) {
		static const char text[] = GOOD("5") GOOD("6");
		const size_t cuts[] = {0, 100, sizeof(text) - 1 - 50, sizeof(text) - 1};

		say_octets(fd, text + cuts[i], cuts[i + 1] - cuts[i]);
		if (i < 2)
			AWAIT(sip_transport_buffered(bench.transport) > 0 &&
				bench.requests == 4 + i);
	}
	AWAIT(bench.requests == 6);
	say(fd, "\r\n\r\n");
	heard = hear(fd, "\r\n\r\n\r\n");
	assert_int_equal(count(heard, "SIP/2.0 200 OK"), 6);
	assert_int_equal(count(heard, "branch=z9hG4bK5"), 1);
	assert_int_equal(count(heard, "branch=z9hG4bK6"), 1);
	assert_int_equal(bench.counters->keep_alives_answered, 1);
	close(fd);
}

static void what_can_not_be_cut(void **state)
{
	static const struct {
		const char *octets, *answer;
	} rows[] = {
		{REQUEST("1", "\r\n"), "SIP/2.0 400 No Content-Length\r\n"},
		{REQUEST("1", "l: 1\r\nl: 1\r\n\r\n"), "SIP/2.0 400 Not One Content-Length\r\n"},
		{REQUEST("1", "l: 99999\r\n\r\n"), "SIP/2.0 400 Bad Content-Length\r\n"},
		{"GET / HTTP/1.1\r\nHost: h\r\n\r\n", ""},
		{"\x16\x03\x01\x02\x00", ""},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int fd = connect_ue(), other = connect_ue();
		const char *heard;

		say(fd, rows[i].octets);
		say(fd, GOOD("2"));
		heard = hear(fd, NULL);
		if (strncmp(heard, rows[i].answer, strlen(rows[i].answer)) != 0 ||
			count(heard, "SIP/2.0 ") != (rows[i].answer[0] != '\0'))
			fail_msg("row %u: %s", i, heard);
		assert_int_equal(bench.counters->tcp_broken, i + 1);
		assert_int_equal(bench.requests, i);
		say(other, GOOD("3")); /* undisturbed */
		hear(other, "\r\n\r\n");
		close(fd);
		close(other);
		AWAIT(sip_transport_connections(bench.transport) == 0);
	}
}

/* 64 KB of headers: no more than that is kept, and it is answered. */
static void endless_headers(void **state)
{
	static char octets[2 * SIP_MESSAGE_MAX];
	int fd = connect_ue();

	(void)state;
	memset(octets, 'x', sizeof(octets));
	memcpy(octets, REQUEST("1", "Subject: "), strlen(REQUEST("1", "Subject: ")));
	say_octets(fd, octets, sizeof(octets));
	assert_memory_equal(hear(fd, NULL), "SIP/2.0 400 Message Too Large\r\n", 31);
	assert_int_equal(bench.requests, 0);
	assert_int_equal(bench.counters->tcp_broken, 1);
	close(fd);
	AWAIT(sip_transport_connections(bench.transport) == 0);
}

static void time_ends(void **state)
{
	struct sip_tcp_limits limits = generous;
	int silent, half, idle;

	(void)state;
	limits.half_ms = 60;
	open_bench("127.0.0.1", &limits);
	silent = connect_ue();
	half = connect_ue();
	idle = connect_ue();
	say(idle, GOOD("1"));
	hear(idle, "\r\n\r\n");
	say(half, GOOD("2"));
	hear(half, "\r\n\r\n");
	say(half, "REGISTER sip:h SIP/2.0\r\n");
	assert_string_equal(hear(silent, NULL), "");
	assert_string_equal(hear(half, NULL), "");
	assert_int_equal(bench.counters->tcp_half, 2);
	assert_int_equal(sip_transport_connections(bench.transport), 1);
	close(silent);
	close(half);
	close(idle);
	close_bench();

	limits.half_ms = 60000;
	limits.idle_ms = 30;
	open_bench("127.0.0.1", &limits);
	idle = connect_ue();
	say(idle, GOOD("1"));
	hear(idle, "\r\n\r\n");
	assert_string_equal(hear(idle, NULL), "");
	assert_int_equal(bench.counters->tcp_idle, 1);
	assert_int_equal(sip_transport_connections(bench.transport), 0);
	close(idle);
	close_bench();
}

static void connections_are_bounded(void **state)
{
	struct sip_tcp_limits rows[] = {generous, generous};

	(void)state;
	rows[0].connections_max = 2;
	rows[1].per_source_max = 2;
	for (unsigned i = 0; i < 2; i++) {
		int fds[3];

		open_bench("127.0.0.1", &rows[i]);
		for (unsigned j = 0; j < 3; j++) {
			fds[j] = connect_ue();
			AWAIT(bench.counters->tcp_accepted + bench.counters->tcp_refused == j + 1);
		}
		assert_int_equal(bench.counters->tcp_refused, 1);
		assert_string_equal(hear(fds[2], NULL), "");
		close(fds[0]);
		close(fds[2]);
		AWAIT(sip_transport_connections(bench.transport) == 1);
		fds[0] = connect_ue();
		say(fds[0], GOOD("1"));
		hear(fds[0], "\r\n\r\n");
		close(fds[0]);
		close(fds[1]);
		AWAIT(sip_transport_connections(bench.transport) == 0);
		close_bench();
	}
}

/* Room for two half messages, each time anew. */
static void memory_is_bounded(void **state)
{
	struct sip_tcp_limits limits = generous;

	(void)state;
	limits.buffered_max = 5000;
	open_bench("127.0.0.1", &limits);
	for (unsigned round = 1; round <= 3; round++) {
		int fds[3];

		for (unsigned i = 0; i < 3; i++) {
			fds[i] = connect_ue();
			AWAIT(bench.counters->tcp_accepted == 3 * (round - 1) + i + 1);
			say(fds[i], GOOD("1") "REGISTER sip:h SIP/2.0\r\n");
			AWAIT(bench.requests == 3 * (round - 1) + i + 1);
		}
		assert_int_equal(count(hear(fds[2], NULL), "SIP/2.0 200 OK"), 1);
		assert_int_equal(bench.counters->tcp_full, round);
		assert_int_equal(sip_transport_connections(bench.transport), 2);
		for (unsigned i = 0; i < 3; i++)
			close(fds[i]);
		AWAIT(sip_transport_connections(bench.transport) == 0);
	}
	close_bench();
}

/* Asks for 60 KB, and for that again, until something waits that the kernel does not take. */
static void ask_until_some_wait(int fd, bool forever)
{
	unsigned asked = bench.requests;
	char text[1024];

	for (unsigned i = 0; bench.counters->tcp_full == 0; i++) {
		snprintf(text, sizeof(text), "%s%u%s",
			"REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK", i,
			strstr(GOOD(""), "\r\nFrom"));
		say(fd, text);
		AWAIT(bench.requests > asked || bench.counters->tcp_full > 0);
		asked = bench.requests;
		if (!forever && sip_transport_buffered(bench.transport) > 0)
			return;
		assert_in_range(sip_transport_buffered(bench.transport), 0, 256 * 1024);
	}
}

static void nobody_reads_the_answers(void **state)
{
	int fd = connect_ue(), other = connect_ue();

	(void)state;
	bench.body_len = 60000;
	ask_until_some_wait(fd, true);
	assert_int_equal(bench.counters->tcp_full, 1);
	AWAIT(sip_transport_connections(bench.transport) == 1);
	assert_int_equal(sip_transport_buffered(bench.transport), 0);
	assert_true(bench.counters->received > 4);
	close(fd);
	close(other);
}

/* One long answer behind the other; the last one is short. */
static void assert_whole(const char *heard)
{
	const char *body;

	while ((body = strstr(heard, "Content-Length: 60000\r\n\r\n"))) {
		assert_memory_equal(heard, "SIP/2.0 200 OK\r\n", 16);
		body += strlen("Content-Length: 60000\r\n\r\n");
		for (size_t i = 0; i < 60000; i++)
			assert_int_equal(body[i], 'a' + i % 26 + (i / 26) % 5);
		heard = body + 60000;
	}
	assert_memory_equal(heard, "SIP/2.0 200 OK\r\n", 16);
}

/* Our end of the one connection takes little at a time. */
static void narrow_our_end(void)
{
	for (int fd = 3; fd < 100; fd++) {
		struct sockaddr_storage address;
		socklen_t len = sizeof(address);
		struct net_endpoint local;
		const int size = 4096;

		if (getpeername(fd, (struct sockaddr *)&address, &len) == 0 &&
			getsockname(fd, (struct sockaddr *)&address, &len) == 0 &&
			net_endpoint_from_sockaddr((struct sockaddr *)&address, &local) == 0 &&
			net_endpoint_equal(&local, &bench.server))
			assert_int_equal(
				setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)), 0);
	}
}

/* A slow one gets all of it. */
static void somebody_reads_late(void **state)
{
	int fd = connect_ue();

	(void)state;
	AWAIT(bench.counters->tcp_accepted == 1);
	narrow_our_end();
	for (unsigned round = 0; round < 3; round++) {
		bench.body_len = 60000;
		ask_until_some_wait(fd, false);
		assert_true(sip_transport_buffered(bench.transport) > 0);
		bench.body_len = 0;
		say(fd, GOOD("last"));
		assert_whole(hear(fd, "Content-Length: 0\r\n\r\n"));
		AWAIT(sip_transport_buffered(bench.transport) == 0);
	}
	assert_int_equal(bench.counters->sent, bench.requests);
	assert_int_equal(bench.counters->tcp_full, 0);
	close(fd);
}

/* Octet by octet a message still has only its time. */
static void a_drip(void **state)
{
	struct sip_tcp_limits limits = generous;
	int fd;

	(void)state;
	limits.half_ms = 60;
	open_bench("127.0.0.1", &limits);
	fd = connect_ue();
	AWAIT(bench.counters->tcp_accepted == 1);
	while (bench.counters->tcp_half == 0) {
		say(fd, "R");
		event_base_loop(bench.base, EVLOOP_ONCE);
		assert_int_equal(bench.counters->tcp_broken, 0);
	}
	assert_int_equal(sip_transport_connections(bench.transport), 0);
	assert_int_equal(sip_transport_buffered(bench.transport), 0);
	close(fd);
	close_bench();
}

/* FIN is not the end of what is owed, and of nothing else. */
static void a_peer_that_ended_gets_its_answer(void **state)
{
	int fd = connect_ue();

	(void)state;
	bench.holds = true;
	say(fd, GOOD("1"));
	shutdown(fd, SHUT_WR);
	AWAIT(bench.requests == 1);
	for (unsigned turn = 0; turn < 3; turn++)
		event_base_loop(bench.base, EVLOOP_NONBLOCK);
	assert_int_equal(sip_transport_connections(bench.transport), 1);
	answer(bench.request, bench.reply_to);
	assert_int_equal(count(hear(fd, NULL), "SIP/2.0 200 OK"), 1);
	assert_int_equal(sip_transport_connections(bench.transport), 0);
	close(fd);
	/* And where nobody is there at all, the answer ends in a counter. */
	fd = connect_ue();
	say(fd, GOOD("2"));
	AWAIT(bench.requests == 2);
	setsockopt(
		fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
	close(fd);
	AWAIT(sip_transport_connections(bench.transport) == 0);
	answer(bench.request, bench.reply_to);
	assert_int_equal(bench.counters->send_failures, 1);
	assert_int_equal(sip_entry_transactions(sip_transport_entry(bench.transport)), 0);
}

static void send_notify(
	const char *branch, const struct net_endpoint *local, const struct net_endpoint *remote)
{
	struct sip_message *request;

	assert_int_equal(
		sip_message_create_request(sip_text("NOTIFY"), sip_text("sip:u@h"), &request), 0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_FROM, sip_text("<sip:u@h>;tag=n")), 0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_TO, sip_text("<sip:u@h>;tag=u")), 0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_CALL_ID, sip_text("n1")), 0);
	assert_int_equal(sip_header_add(request, SIP_HEADER_CSEQ, sip_text("1 NOTIFY")), 0);
	assert_int_equal(sip_via_push(request, SIP_TCP, "127.0.0.1", 6100, branch), 0);
	request->flow = (struct sip_flow){.transport = SIP_TCP, .local = *local, .remote = *remote};
	sip_hop_send(sip_entry_hop(sip_transport_entry(bench.transport)), request,
		(struct sip_reply_to){.reply = take_response});
}

/* A UE that listens at its port_us. */
static int listen_ue(struct net_endpoint *out)
{
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	struct net_endpoint any = {.address = bench.server.address};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	len = net_endpoint_to_sockaddr(&any, &address);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(fd, 4), 0);
	len = sizeof(address);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	assert_int_equal(net_endpoint_from_sockaddr((struct sockaddr *)&address, out), 0);
	return fd;
}

static void respond(int fd, const char *branch)
{
	char text[512];

	snprintf(text, sizeof(text),
		"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 127.0.0.1:6100;branch=%s\r\n"
		"From: <sip:u@h>;tag=n\r\nTo: <sip:u@h>;tag=u\r\nCall-ID: n1\r\n"
		"CSeq: 1 NOTIFY\r\nContent-Length: 0\r\n\r\n",
		branch);
	say(fd, text);
}

static void requests_open_a_connection_and_use_it_again(void **state)
{
	struct net_endpoint ue, from, others;
	struct sockaddr_storage address;
	socklen_t len = sizeof(address);
	int listener = listen_ue(&ue), other = listen_ue(&others), fd;

	(void)state;
	send_notify("z9hG4bK1", &bench.client, &ue);
	fd = accept(listener, (struct sockaddr *)&address, &len);
	assert_true(fd >= 0);
	assert_int_equal(net_endpoint_from_sockaddr((struct sockaddr *)&address, &from), 0);
	assert_true(net_endpoint_equal(&from, &bench.client)); /* port_pc → port_us */
	hear(fd, "\r\n\r\n");
	respond(fd, "z9hG4bK1");
	AWAIT(bench.answers == 1);
	assert_int_equal(bench.status, 200);
	send_notify("z9hG4bK2", &bench.client, &ue);
	hear(fd, "branch=z9hG4bK2");
	respond(fd, "z9hG4bK2");
	AWAIT(bench.answers == 2);
	/* The same local endpoint, another peer. */
	send_notify("z9hG4bK3", &bench.client, &others);
	assert_int_equal(bench.counters->tcp_opened, 2);
	assert_int_equal(sip_transport_connections(bench.transport), 2);
	/* A connection that ends takes along what waits on it: FIN and no answer. */
	send_notify("z9hG4bK4", &bench.client, &ue);
	hear(fd, "branch=z9hG4bK4");
	close(fd);
	AWAIT(bench.answers == 3);
	assert_int_equal(bench.status, 503);
	close(other);
	close(listener);
}

static void requests_use_the_ues_own_connection(void **state)
{
	int fd = connect_ue();

	(void)state;
	say(fd, GOOD("1"));
	hear(fd, "\r\n\r\n");
	send_notify("z9hG4bK1", &bench.flow.local, &bench.flow.remote);
	hear(fd, "branch=z9hG4bK1");
	respond(fd, "z9hG4bK1");
	AWAIT(bench.answers == 1);
	assert_int_equal(bench.status, 200);
	close(fd);
	AWAIT(sip_transport_connections(bench.transport) == 0);
	/* From where we listen none can be opened. */
	send_notify("z9hG4bK2", &bench.flow.local, &bench.flow.remote);
	assert_int_equal(bench.answers, 2);
	assert_int_equal(bench.status, 503);
	assert_int_equal(bench.counters->tcp_opened, 0);
}

static void nobody_listens(void **state)
{
	struct net_endpoint ue;
	int listener = listen_ue(&ue);

	(void)state;
	close(listener);
	send_notify("z9hG4bK1", &bench.client, &ue);
	AWAIT(bench.answers == 1);
	assert_int_equal(bench.status, 503);
	assert_int_equal(sip_transport_connections(bench.transport), 0);
	assert_int_equal(sip_entry_client_transactions(sip_transport_entry(bench.transport)), 0);
}

#define CASE(name, function)                            \
	{                                               \
		name, function, set_up, tear_down, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-USE answers return on the connection", answers_return_on_the_connection, NULL,
			NULL, NULL},
		CASE("P-USE several messages in a segment, one over many", any_segments),
		CASE("what can not be cut: 400 and the end", what_can_not_be_cut),
		CASE("headers of 64 KB", endless_headers),
		cmocka_unit_test(time_ends),
		cmocka_unit_test(connections_are_bounded),
		cmocka_unit_test(memory_is_bounded),
		CASE("nobody reads the answers", nobody_reads_the_answers),
		CASE("somebody reads late", somebody_reads_late),
		cmocka_unit_test(a_drip),
		CASE("P-USE a peer that ended gets its answer", a_peer_that_ended_gets_its_answer),
		CASE("P-USE requests open a connection and use it again",
			requests_open_a_connection_and_use_it_again),
		CASE("P-USE requests use the UE's own connection",
			requests_use_the_ues_own_connection),
		CASE("NET-3 nobody listens", nobody_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
