/* SPDX-License-Identifier: BSD-3-Clause */
/* portcullis-dataplane: the supervisor starts it with the memory that both planes share. It says
 * "ready" when its workers poll, and ends on SIGTERM or SIGINT, or with its supervisor. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "buffers.h"
#include "config.h"
#include "eal.h"
#include "host_policy.h"
#include "log.h"
#include "port.h"
#include "port_link.h"
#include "port_watch.h"
#include "preflight.h"
#include "sa_channel.h"
#include "sa_memory.h"
#include "tap_network.h"
#include "tap_signal.h"
#include "workers.h"

#define WATCH_MS 500

struct arguments {
	const char *config;
	int channel_fd, sa_fd, wake_fd, ready_fd;
};

struct gateway {
	struct config config;
	struct policy policy;
	struct sa_channel *channel;
	struct sa_memory *memory;
	struct buffers buffers;
	struct port outside, inside;
	struct workers workers;
};

static int parse_descriptor(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return *text && !*end && value >= 0 && value <= 1 << 20 ? (int)value : -1;
}

static int parse_arguments(int argc, char **argv, struct arguments *out)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
		{"channel-fd", required_argument, NULL, 'm'},
		{"sa-fd", required_argument, NULL, 's'}, {"wake-fd", required_argument, NULL, 'w'},
		{"ready-fd", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
	int option;

	*out = (struct arguments){NULL, -1, -1, -1, -1};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'c')
			out->config = optarg;
		else if (option == 'm')
			out->channel_fd = parse_descriptor(optarg);
		else if (option == 's')
			out->sa_fd = parse_descriptor(optarg);
		else if (option == 'w')
			out->wake_fd = parse_descriptor(optarg);
		else if (option == 'r')
			out->ready_fd = parse_descriptor(optarg);
		else
			return -EINVAL;
	}
	if (optind < argc || !out->config || out->channel_fd < 0 || out->sa_fd < 0 ||
		out->wake_fd < 0 || out->ready_fd < 0)
		return -EINVAL;
	return 0;
}

/* Keys are in our memory: no core file, no tracer of the same user; and no gateway without a
 * supervisor. */
static void harden(void)
{
	const struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static int map_memory(const struct arguments *arguments, struct gateway *gateway)
{
	const struct config_dataplane *config = &gateway->config.dataplane;
	const struct sa_memory_size *size;
	int error = sa_channel_map(arguments->channel_fd, &gateway->channel);

	if (error) {
		log_error("channel to the control plane: %s", strerror(-error));
		return error;
	}
	error = sa_memory_map(arguments->sa_fd, &gateway->memory);
	if (error) {
		log_error("SA table: %s", strerror(-error));
		goto unmap_channel;
	}
	size = sa_memory_size(gateway->memory);
	if (sa_channel_workers(gateway->channel) != config->worker_count ||
		size->workers != config->worker_count || size->capacity != config->sa_capacity) {
		log_error("the shared memory was made for other settings: restart the supervisor");
		error = -EPROTO;
		goto unmap_memory;
	}
	return 0;

unmap_memory:
	sa_memory_unmap(gateway->memory);
unmap_channel:
	sa_channel_unmap(gateway->channel);
	return error;
}

static int open_ports(struct gateway *gateway)
{
	const struct config_dataplane *config = &gateway->config.dataplane;
	uint16_t workers = (uint16_t)config->worker_count;
	int error = buffers_open(config, &gateway->buffers);

	if (error)
		return error;
	error = port_open(
		&config->outside, "outside", workers, &gateway->buffers, &gateway->outside);
	if (error)
		return error;
	error = port_open(&config->inside, "inside", workers, &gateway->buffers, &gateway->inside);
	if (error)
		goto close_outside;
	error = tap_network_set(&config->inside, "inside");
	if (!error)
		error = tap_network_set(&config->outside, "outside");
	if (error)
		goto close_inside;
	tap_signal_ignore();
	return 0;

close_inside:
	port_close(&config->inside, &gateway->inside);
close_outside:
	port_close(&config->outside, &gateway->outside);
	return error;
}

static void close_ports(struct gateway *gateway)
{
	port_close(&gateway->config.dataplane.inside, &gateway->inside);
	port_close(&gateway->config.dataplane.outside, &gateway->outside);
}

struct watched_port {
	struct port_watch watch;
	struct port_link link;
};

static int look(struct watched_port ports[SA_CHANNEL_SIDES], struct sa_channel *channel)
{
	for (unsigned side = 0; side < SA_CHANNEL_SIDES; side++) {
		if (port_watch_gone(&ports[side].watch)) {
			log_error("%s: interface %s was deleted: no packet passes until it is "
				  "there again",
				sa_channel_side_name((enum sa_channel_side)side),
				ports[side].watch.interface);
			return -ENODEV;
		}
		port_link_look(&ports[side].link, channel);
	}
	return 0;
}

static int watch(struct watched_port ports[SA_CHANNEL_SIDES], struct sa_channel *channel,
	const sigset_t *endings)
{
	const struct timespec period = {.tv_nsec = WATCH_MS * 1000000L};

	for (;;) {
		int error = look(ports, channel), signal_number;

		if (error)
			return error;
		signal_number = sigtimedwait(endings, NULL, &period);
		if (signal_number > 0) {
			log_notice("ends on signal %d", signal_number);
			return 0;
		}
	}
}

/* Until a signal ends it, or a port's interface is gone: then a successor is to wait for its
 * return, which the supervisor sees to. 0, or -ENODEV. */
static int wait_for_end(const struct gateway *gateway, const sigset_t *endings)
{
	const struct config_dataplane *config = &gateway->config.dataplane;
	struct watched_port ports[SA_CHANNEL_SIDES];
	int error;

	port_watch_begin(&config->outside, &ports[SA_CHANNEL_OUTSIDE].watch);
	port_link_begin(&config->outside, SA_CHANNEL_OUTSIDE, &gateway->outside,
		&ports[SA_CHANNEL_OUTSIDE].link);
	port_watch_begin(&config->inside, &ports[SA_CHANNEL_INSIDE].watch);
	port_link_begin(&config->inside, SA_CHANNEL_INSIDE, &gateway->inside,
		&ports[SA_CHANNEL_INSIDE].link);
	error = watch(ports, gateway->channel, endings);
	port_link_end(&ports[SA_CHANNEL_OUTSIDE].link);
	port_link_end(&ports[SA_CHANNEL_INSIDE].link);
	return error;
}

/* Polls until that. */
static int serve(struct gateway *gateway, int ready_fd, const sigset_t *endings)
{
	int error;

	workers_wire(&gateway->workers, &gateway->buffers, &gateway->outside, &gateway->inside);
	error = workers_start(&gateway->workers);
	if (error)
		return error;
	log_notice(
		"ready: outside port %u, inside port %u", gateway->outside.id, gateway->inside.id);
	if (write(ready_fd, "ready\n", 6) == 6) {
		close(ready_fd);
		error = wait_for_end(gateway, endings);
	} else {
		log_error("nobody waits for it: %s", strerror(errno));
		error = -EPIPE;
	}
	workers_stop(&gateway->workers);
	return error;
}

static void forget_links(struct sa_channel *channel)
{
	for (unsigned i = 0; i < SA_CHANNEL_SIDES; i++)
		sa_channel_set_link(channel, (enum sa_channel_side)i, SA_CHANNEL_LINK_UNKNOWN);
}

/* Before it has begun; a predecessor that was killed may have left links "up". */
static void give_up(const struct arguments *arguments)
{
	struct sa_channel *channel;

	if (sa_channel_map(arguments->channel_fd, &channel) != 0)
		return;
	forget_links(channel);
	sa_channel_unmap(channel);
}

static int run(const struct arguments *arguments, struct gateway *gateway, const sigset_t *endings)
{
	int error = map_memory(arguments, gateway);

	if (error)
		return error;
	forget_links(gateway->channel); /* a predecessor may have been killed */
	host_policy_fill(&gateway->config, &gateway->policy);
	error = eal_start(&gateway->config.dataplane, gateway->config.run_directory);
	if (error)
		goto unmap;
	error = workers_open(&gateway->workers, &gateway->config.dataplane, &gateway->policy,
		gateway->channel, gateway->memory, arguments->wake_fd);
	if (error)
		goto stop_eal;
	error = open_ports(gateway);
	if (error)
		goto close_workers;
	error = serve(gateway, arguments->ready_fd, endings);
	forget_links(gateway->channel);
	close_ports(gateway);
close_workers:
	workers_close(&gateway->workers);
stop_eal:
	eal_stop(gateway->config.run_directory);
unmap:
	sa_memory_unmap(gateway->memory);
	sa_channel_unmap(gateway->channel);
	return error;
}

int main(int argc, char **argv)
{
	static struct gateway gateway;
	struct arguments arguments;
	char error[CONFIG_ERROR_MAX];
	sigset_t endings;

	log_open("dataplane", LOG_NOTICE);
	if (parse_arguments(argc, argv, &arguments) < 0) {
		log_error("usage: portcullis-dataplane --config FILE --channel-fd N --sa-fd N "
			  "--wake-fd N --ready-fd N (`portcullis run` starts it)");
		return EXIT_FAILURE;
	}
	harden();
	/* Blocked before DPDK makes threads: only the main thread takes them. */
	sigemptyset(&endings);
	sigaddset(&endings, SIGTERM);
	sigaddset(&endings, SIGINT);
	sigprocmask(SIG_BLOCK, &endings, NULL);
	signal(SIGPIPE, SIG_IGN);
	tap_signal_block();
	if (config_load(arguments.config, &gateway.config, error) != 0) {
		log_error("%s", error);
		return EXIT_FAILURE;
	}
	config_wipe_keys(&gateway.config); /* they come from the control plane */
	log_open("dataplane", gateway.config.log_level);
	if (preflight(&gateway.config.dataplane) != 0) {
		give_up(&arguments);
		return EXIT_FAILURE;
	}
	return run(&arguments, &gateway, &endings) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
