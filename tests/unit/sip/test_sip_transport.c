/* SPDX-License-Identifier: BSD-3-Clause */
/* Real sockets on the loopback: a UE's socket sends, the entry's sockets receive and answer. */
#include "sip_transport.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "sip_example.h"
#include "sip_reply.h"

struct bench {
	struct event_base *base;
	struct sip_transport *transport;
	struct net_endpoint server, client; /* port_ps, port_pc */
	uint64_t seed;
	unsigned requests;
	struct sip_flow flow; /* of the last request */
};

/* Answers at once, from the other socket. */
static void take_request(void *context, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct bench *bench = context;
	struct sip_message *response;

	bench->requests++;
	bench->flow = request->flow;
	assert_int_equal(sip_reply_create(request, 200, NULL, "t1", &response), 0);
	response->flow = request->flow;
	response->flow.local = bench->client;
	sip_message_destroy(request);
	sip_hop_reply(reply_to, response);
}

static void open_bench(struct bench *bench, const char *address, uint32_t t1_ms)
{
	struct sip_entry_settings settings = {
		.clock = clock_monotonic(),
		.timers = {.t1_ms = t1_ms, .t2_ms = 8 * t1_ms, .t4_ms = 10 * t1_ms},
		.transactions_max = 100,
		.element = {.send = take_request, .element = bench},
	};
	const struct sip_tcp_limits limits = {.connections_max = 1};
	struct net_endpoint any = {.port = 0};

	*bench = (struct bench){.seed = 3, .base = event_base_new()};
	assert_non_null(bench->base);
	settings.base = bench->base;
	settings.random = random_seeded(&bench->seed);
	assert_int_equal(net_address_parse(address, strlen(address), &any.address), 0);
	assert_int_equal(sip_transport_create(&settings, &limits, &bench->transport), 0);
	assert_int_equal(sip_transport_listen(bench->transport, SIP_UDP, &any, &bench->server), 0);
	assert_int_equal(sip_transport_listen(bench->transport, SIP_UDP, &any, &bench->client), 0);
	assert_int_not_equal(bench->server.port, bench->client.port);
	assert_int_equal(
		sip_transport_listen(bench->transport, SIP_UDP, &bench->server, NULL), -EADDRINUSE);
}

static void close_bench(struct bench *bench)
{
	sip_transport_destroy(bench->transport);
	event_base_free(bench->base);
}

/* A UE's socket; sends the text to the server port. */
static int send_from_ue(const struct bench *bench, const char *text)
{
	struct sockaddr_storage to;
	socklen_t len = net_endpoint_to_sockaddr(&bench->server, &to);
	int fd = socket(to.ss_family, SOCK_DGRAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(sendto(fd, text, strlen(text), 0, (struct sockaddr *)&to, len),
		(ssize_t)strlen(text));
	return fd;
}

static void answers_leave_from_the_endpoint_that_they_name(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::1"};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct bench bench;
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		struct net_endpoint source;
		char octets[2048];
		ssize_t len;
		int fd;

		open_bench(&bench, addresses[i], 500);
		fd = send_from_ue(&bench, SIP_EXAMPLE);
		while (bench.requests == 0)
			assert_int_equal(event_base_loop(bench.base, EVLOOP_ONCE), 0);
		assert_true(net_endpoint_equal(&bench.flow.local, &bench.server));
		len = recvfrom(fd, octets, sizeof(octets), 0, (struct sockaddr *)&from, &from_len);
		assert_true(len > 12);
		assert_memory_equal(octets, "SIP/2.0 200 ", 12);
		assert_int_equal(net_endpoint_from_sockaddr((struct sockaddr *)&from, &source), 0);
		assert_true(net_endpoint_equal(&source, &bench.client));
		close(fd);
		close_bench(&bench);
	}
}

static void the_loop_ends_transactions(void **state)
{
	struct bench bench;
	int fd;

	(void)state;
	open_bench(&bench, "127.0.0.1", 1); /* Timer J: 64 ms */
	fd = send_from_ue(&bench, SIP_EXAMPLE);
	while (bench.requests == 0)
		assert_int_equal(event_base_loop(bench.base, EVLOOP_ONCE), 0);
	assert_int_equal(sip_entry_transactions(sip_transport_entry(bench.transport)), 1);
	while (sip_entry_transactions(sip_transport_entry(bench.transport)) > 0)
		assert_int_equal(event_base_loop(bench.base, EVLOOP_ONCE), 0);
	close(fd);
	close_bench(&bench);
}

/* By one call of the kernel or by several: each of those who wait is answered, in one turn. */
static void what_waits_is_taken_in_one_turn(void **state)
{
	static const unsigned counts[] = {1, 15, 16, 17, 32, 100};
	struct bench bench;

	(void)state;
	open_bench(&bench, "127.0.0.1", 500);
	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		int ues[100];

		for (unsigned n = 0; n < counts[i]; n++)
			ues[n] = send_from_ue(&bench, "\r\n\r\n");
		assert_int_equal(event_base_loop(bench.base, EVLOOP_ONCE), 0);
		for (unsigned n = 0; n < counts[i]; n++) {
			char answer[8];

			assert_int_equal(recv(ues[n], answer, sizeof(answer), MSG_DONTWAIT), 2);
			assert_memory_equal(answer, "\r\n", 2);
			assert_int_equal(recv(ues[n], answer, sizeof(answer), MSG_DONTWAIT), -1);
			close(ues[n]);
		}
	}
	close_bench(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"P-USE answers leave from the endpoint that they name",
			answers_leave_from_the_endpoint_that_they_name, NULL, NULL, NULL},
		cmocka_unit_test(the_loop_ends_transactions),
		cmocka_unit_test(what_waits_is_taken_in_one_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
