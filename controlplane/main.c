/* SPDX-License-Identifier: BSD-3-Clause */
/* portcullis-controlplane: SIP, AKA, roles, timers, store and API in one unprivileged process. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "arguments.h"
#include "listeners.h"
#include "log.h"
#include "operator.h"
#include "roles.h"
#include "sandbox.h"
#include "static_sas.h"

#define TRANSACTIONS_MAX 100000
#define ANSWERS_MAX      ((size_t)128 * 1024 * 1024) /* 10 s of 16 000 answers a second */
#define TURN_MAX_MS      1000 /* a bell that was not heard is found by then */

struct controlplane {
	struct arguments arguments;
	struct config config;
	struct event_base *base;
	struct event *bell, *turn, *terminate, *interrupt;
	struct sa_channel *channel;
	struct aes128 *aes;
	struct subscriber_store *subscribers;
	struct store *store;
	struct operator_desk *desk;
	struct roles roles;
	struct static_sas static_sas;
	bool has_roles;
	struct sip_transport *transport;
};

static void on_bell(evutil_socket_t fd, short what, void *context)
{
	struct controlplane *plane = context;
	uint64_t rings;

	(void)what;
	if (read(fd, &rings, sizeof(rings)) < 0 && errno != EAGAIN)
		log_warning("bell: %s", strerror(errno));
	sa_client_poll(plane->roles.sa_client);
}

static void on_stop(evutil_socket_t signal_number, short what, void *context)
{
	struct controlplane *plane = context;

	(void)signal_number;
	(void)what;
	event_base_loopbreak(plane->base);
}

/* Its only purpose is to end the loop's wait. */
static void on_turn(evutil_socket_t fd, short what, void *context)
{
	(void)fd;
	(void)what;
	(void)context;
}

static int open_events(struct controlplane *plane)
{
	plane->base = event_base_new();
	if (!plane->base)
		return -ENOMEM;
	plane->bell = event_new(
		plane->base, plane->arguments.wake_fd, EV_READ | EV_PERSIST, on_bell, plane);
	plane->turn = evtimer_new(plane->base, on_turn, plane);
	plane->terminate = evsignal_new(plane->base, SIGTERM, on_stop, plane);
	plane->interrupt = evsignal_new(plane->base, SIGINT, on_stop, plane);
	if (!plane->bell || !plane->turn || !plane->terminate || !plane->interrupt)
		return -ENOMEM;
	if (event_add(plane->terminate, NULL) != 0 || event_add(plane->interrupt, NULL) != 0)
		return -EIO;
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

/* What needs the privileges that the process began with: the operator's socket (root's), low
 * ports. 0, or -errno after a line. */
static int open_privileged(struct controlplane *plane)
{
	int status = sa_channel_map(plane->arguments.channel_fd, &plane->channel);

	if (status != 0) {
		log_error("the channel to the data plane can not be mapped: %s", strerror(-status));
		return status;
	}
	plane->aes = aes128_create();
	if (!plane->aes) {
		log_error("IPsec-MB does not start on this processor");
		return -ENOTSUP;
	}
	status = operator_open(plane->base, plane->config.api_socket, &plane->desk);
	if (status != 0)
		log_error("api: %s: %s", plane->config.api_socket, strerror(-status));
	return status;
}

static int open_store(struct controlplane *plane)
{
	const char *directory = plane->config.state_directory;
	char path[CONFIG_PATH_MAX + sizeof(SUBSCRIBER_STORE_NAME) + 1], error[STORE_ERROR_MAX];
	int status;

	snprintf(path, sizeof(path), "%s/%s", directory, STORE_NAME);
	status = store_open(path, &plane->store, error);
	if (status == 0) {
		snprintf(path, sizeof(path), "%s/%s", directory, SUBSCRIBER_STORE_NAME);
		status = subscriber_store_open(path, &plane->subscribers, error);
	}
	if (status != 0)
		log_error("%s", error);
	return status;
}

static int open_roles(struct controlplane *plane)
{
	const struct roles_settings settings = {
		.config = &plane->config,
		.channel = plane->channel,
		.store = plane->store,
		.subscribers = plane->subscribers,
		.aes = plane->aes,
		.clock = clock_monotonic(),
		.random = random_system(),
		.ues = sip_entry_hop(sip_transport_entry(plane->transport)),
	};
	int status = roles_create(&settings, &plane->roles);

	plane->has_roles = status == 0;
	if (status == 0)
		static_sas_install(&plane->static_sas, &plane->config, plane->roles.manual_sas,
			plane->roles.sa_client, &plane->roles.timers);
	return status == 0 && event_add(plane->bell, NULL) != 0 ? -EIO : status;
}

/* The sockets exist before the P-CSCF does. */
static void to_pcscf(void *context, struct sip_message *request, struct sip_reply_to reply_to)
{
	struct controlplane *plane = context;

	sip_hop_send(pcscf_hop(plane->roles.pcscf), request, reply_to);
}

static void to_where_the_pcscf_says(
	void *context, const struct sip_flow *arrival, struct sip_flow *back)
{
	const struct controlplane *plane = context;

	pcscf_answer_flow(plane->roles.pcscf, arrival, back);
}

static void tell_the_pcscf(void *context, const struct sip_flow *arrival)
{
	struct controlplane *plane = context;

	pcscf_answered(plane->roles.pcscf, arrival);
}

/* Before the privileges go (low ports), but nothing is received before the loop runs. */
static int open_transport(struct controlplane *plane)
{
	const struct sip_entry_settings settings = {
		.base = plane->base,
		.clock = clock_monotonic(),
		.random = random_system(),
		.timers = sip_timers_gm(plane->config.pcscf.t1_ms),
		.transactions_max = TRANSACTIONS_MAX,
		.answers_max = ANSWERS_MAX,
		.element = {.send = to_pcscf, .element = plane},
		.answer_flow = to_where_the_pcscf_says,
		.answer_flow_context = plane,
		.answered = tell_the_pcscf,
		.answered_context = plane,
	};
	const struct sip_tcp_limits limits = listeners_limits();
	int status = sip_transport_create(&settings, &limits, &plane->transport);

	if (status != 0 || !config_has_pcscf(&plane->config))
		return status;
	return listeners_open(plane->transport, &plane->config.pcscf);
}

static int open_all(struct controlplane *plane)
{
	int status = open_events(plane);

	if (status == 0)
		status = open_privileged(plane);
	if (status == 0)
		status = open_transport(plane);
	if (status == 0)
		status = sandbox_become(plane->config.user);
	if (status == 0)
		status = open_store(plane);
	if (status == 0)
		status = open_roles(plane);
	if (status == 0)
		status = sandbox_enter();
	return status;
}

/* One turn: what has arrived, what is due, its commits, what waited for them. */
static void run(struct controlplane *plane)
{
	while (!event_base_got_break(plane->base)) {
		uint64_t wait_ms = timer_queue_wait_ms(&plane->roles.timers);
		struct timeval wait;

		wait_ms = wait_ms < TURN_MAX_MS ? wait_ms : TURN_MAX_MS;
		wait = (struct timeval){.tv_sec = (time_t)(wait_ms / 1000),
			.tv_usec = (suseconds_t)(wait_ms % 1000 * 1000)};
		evtimer_add(plane->turn, &wait);
		if (event_base_loop(plane->base, EVLOOP_ONCE) < 0) {
			log_error("event loop: %s", strerror(errno));
			return;
		}
		sa_client_poll(plane->roles.sa_client);
		roles_turn(&plane->roles);
	}
}

static void close_events(struct controlplane *plane)
{
	struct event *const events[] = {
		plane->bell, plane->turn, plane->terminate, plane->interrupt};

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i])
			event_free(events[i]);
	if (plane->base)
		event_base_free(plane->base);
}

/* Requests that are under way lose their answer; their UEs send them again. */
static void close_all(struct controlplane *plane)
{
	operator_close(plane->desk);
	if (plane->transport)
		sip_entry_give_up(sip_transport_entry(plane->transport));
	/* What the roles still answer while they go needs the sockets. */
	static_sas_leave(&plane->static_sas);
	if (plane->has_roles)
		roles_destroy(&plane->roles);
	sip_transport_destroy(plane->transport);
	subscriber_store_close(plane->subscribers);
	store_close(plane->store);
	aes128_free(plane->aes);
	if (plane->channel)
		sa_channel_unmap(plane->channel);
	close_events(plane);
}

int main(int argc, char **argv)
{
	static struct controlplane plane;
	char error[CONFIG_ERROR_MAX];
	int status;

	sandbox_guard_process();
	umask(077);
	if (arguments_parse(argc, argv, &plane.arguments) != 0)
		return EXIT_FAILURE;
	if (config_load(plane.arguments.config, &plane.config, error) != 0) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	log_open("controlplane", plane.config.log_level);
	status = open_all(&plane);
	if (status == 0) {
		const struct operator_view view = {.roles = &plane.roles,
			.channel = plane.channel,
			.transport = plane.transport};

		operator_serve(plane.desk, &view);
		if (write(plane.arguments.ready_fd, "1", 1) != 1)
			log_warning("ready, but nobody waits for it");
		close(plane.arguments.ready_fd);
		run(&plane);
		log_notice("stopped");
	}
	close_all(&plane);
	return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
