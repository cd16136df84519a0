/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands in for supervisor and control plane where a test wants the data plane alone: starts it,
 * takes one JSON object per line on standard input, answers each with one on standard output.
 *
 *   sa_tool --dataplane PATH --config FILE            → {"event": "ready"}
 *   {"command": "add", "direction": "inbound", "spi": 256, "algorithm": "hmac-sha-1-96",
 *    "transports": ["udp", "tcp"], "local": "203.0.113.9", "remote": "198.51.100.23",
 *    "ports": [[6100, 5062]], "key": "HEX"}           → {"result": 0, "handle": 4294967296}
 *       inbound only, optional: "window": 64. ports: [local, remote], one pair or two
 *   {"command": "delete", "handle": 4294967296}       → {"result": 0}     (-2: no such SA)
 *   {"command": "flush"}                              → {"result": 0}     (of all workers)
 *   {"command": "counters"}      → {"result": 0, "counters": {…}, "dropped": {"icv": 0, …},
 *                                   "workers": [{"counters": {…}, "dropped": {…}}, …]}
 *   {"command": "restart"}       kills the data plane (SIGKILL) and starts another on the same
 *                                memory → {"event": "ready"}
 * End of input ends the data plane (SIGTERM); the exit status is 0 if all went well. */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "config.h"
#include "hex.h"
#include "log.h"
#include "sa_channel.h"
#include "sa_handle.h"
#include "sa_memory.h"
#include "sa_owner.h"
#include "tap_hold.h"

#define WAIT_MS 30000

struct tool {
	const char *dataplane, *config_path;
	struct config config;
	int channel_fd, sa_fd, wake_fd;
	struct sa_channel *channel;
	struct sa_owner owner;
	uint64_t cookie;
	pid_t pid;
};

static int run_dataplane(const struct tool *tool, int ready_fd)
{
	char descriptors[4][16];
	const int fds[4] = {tool->channel_fd, tool->sa_fd, tool->wake_fd, ready_fd};

	for (unsigned i = 0; i < 4; i++)
		snprintf(descriptors[i], sizeof(descriptors[i]), "%d", fds[i]);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execl(tool->dataplane, tool->dataplane, "--config", tool->config_path, "--channel-fd",
		descriptors[0], "--sa-fd", descriptors[1], "--wake-fd", descriptors[2],
		"--ready-fd", descriptors[3], (char *)NULL);
	log_error("%s: %s", tool->dataplane, strerror(errno));
	return 127;
}

/* Returns when it polls its ports. */
static int start_dataplane(struct tool *tool)
{
	struct pollfd ready;
	char line[8];
	int fds[2];

	if (pipe(fds) < 0)
		return -errno;
	tool->pid = fork();
	if (tool->pid < 0)
		return -errno;
	if (tool->pid == 0) {
		close(fds[0]);
		_exit(run_dataplane(tool, fds[1]));
	}
	close(fds[1]);
	ready = (struct pollfd){.fd = fds[0], .events = POLLIN};
	if (poll(&ready, 1, WAIT_MS) != 1 || read(fds[0], line, sizeof(line)) < 6) {
		log_error("the data plane does not become ready");
		close(fds[0]);
		return -ETIMEDOUT;
	}
	close(fds[0]);
	puts("{\"event\": \"ready\"}");
	return 0;
}

static int end_dataplane(const struct tool *tool, int signal_number)
{
	int status;

	kill(tool->pid, signal_number);
	if (waitpid(tool->pid, &status, 0) != tool->pid)
		return -errno;
	return signal_number == SIGKILL || status == 0 ? 0 : -EIO;
}

static int open_memory(struct tool *tool)
{
	const struct config_dataplane *dataplane = &tool->config.dataplane;
	const struct sa_channel_size channel_size = {
		.workers = (uint32_t)dataplane->worker_count, .commands = 256, .events = 256};
	const struct sa_memory_size memory_size = {.workers = (uint32_t)dataplane->worker_count,
		.capacity = dataplane->sa_capacity,
		.replay_window = dataplane->replay_window};
	const struct config_port *ports[] = {&dataplane->outside, &dataplane->inside};
	int held, error = sa_channel_create(&channel_size, &tool->channel_fd);

	if (!error)
		error = sa_channel_map(tool->channel_fd, &tool->channel);
	if (!error)
		error = sa_memory_create(&memory_size, &tool->sa_fd);
	for (unsigned i = 0; i < 2 && !error; i++)
		if (ports[i]->kind == CONFIG_PORT_TAP)
			error = tap_hold(ports[i]->interface, &held); /* until we end */
	sa_owner_init(&tool->owner, (uint32_t)dataplane->worker_count);
	tool->wake_fd = eventfd(0, 0);
	if (!error && tool->wake_fd < 0)
		error = -errno;
	return error;
}

/* Waits for the acknowledgement as a control plane would: asleep on the eventfd. */
static int carry_out(
	struct tool *tool, uint32_t worker, struct sa_command *command, uint64_t *handle)
{
	struct pollfd wake = {.fd = tool->wake_fd, .events = POLLIN};
	struct sa_event event;
	uint64_t times;

	command->cookie = ++tool->cookie;
	if (!sa_channel_send_commands(tool->channel, worker, command, 1))
		return -EAGAIN;
	for (;;) {
		while (sa_channel_receive_events(tool->channel, worker, &event, 1) == 1) {
			if (event.cookie != tool->cookie)
				continue;
			*handle = event.handle;
			return event.status;
		}
		if (poll(&wake, 1, WAIT_MS) != 1)
			return -ETIMEDOUT;
		if (read(tool->wake_fd, &times, sizeof(times)) < 0)
			return -errno;
	}
}

static int parse_address(const json_t *text, struct net_address *out)
{
	if (!json_is_string(text))
		return -EINVAL;
	return net_address_parse(json_string_value(text), json_string_length(text), out);
}

static int parse_ports(const json_t *pairs, struct sa_parameters *out)
{
	size_t count = json_array_size(pairs);

	if (count < 1 || count > SA_PORT_PAIRS)
		return -EINVAL;
	out->port_pairs = (uint8_t)count;
	for (size_t i = 0; i < count; i++) {
		const json_t *pair = json_array_get(pairs, i);

		out->ports[i].local = (uint16_t)json_integer_value(json_array_get(pair, 0));
		out->ports[i].remote = (uint16_t)json_integer_value(json_array_get(pair, 1));
	}
	return 0;
}

static int parse_transports(const json_t *names, struct sa_parameters *out)
{
	const json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		const char *text = json_string_value(name);

		if (text && strcmp(text, "udp") == 0)
			out->transports |= SA_TRANSPORT_UDP;
		else if (text && strcmp(text, "tcp") == 0)
			out->transports |= SA_TRANSPORT_TCP;
		else
			return -EINVAL;
	}
	return 0;
}

static int parse_sa(const struct tool *tool, const json_t *from, struct sa_parameters *out)
{
	const char *algorithm = json_string_value(json_object_get(from, "algorithm"));
	const char *direction = json_string_value(json_object_get(from, "direction"));
	const json_t *key = json_object_get(from, "key"), *window = json_object_get(from, "window");
	enum sa_algorithm parsed;

	*out = (struct sa_parameters){
		.spi = (uint32_t)json_integer_value(json_object_get(from, "spi"))};
	if (!algorithm || !direction || !json_is_string(key) ||
		sa_algorithm_parse(algorithm, strlen(algorithm), &parsed) != 0)
		return -EINVAL;
	out->algorithm = (uint8_t)parsed;
	out->direction = strcmp(direction, "inbound") == 0 ? SA_INBOUND : SA_OUTBOUND;
	if (out->direction == SA_INBOUND)
		out->replay_window = window ? (uint16_t)json_integer_value(window)
					    : tool->config.dataplane.replay_window;
	if (parse_address(json_object_get(from, "local"), &out->local) != 0 ||
		parse_address(json_object_get(from, "remote"), &out->remote) != 0 ||
		parse_ports(json_object_get(from, "ports"), out) != 0 ||
		parse_transports(json_object_get(from, "transports"), out) != 0)
		return -EINVAL;
	return hex_decode(
		json_string_value(key), json_string_length(key), out->key, sa_key_len(parsed));
}

static void print_counters(const struct worker_counters *counters, json_t *out)
{
	json_t *numbers = json_object(), *dropped = json_object();

#define X(member, name) \
	json_object_set_new(numbers, name, json_integer((json_int_t)counters->member));
	WORKER_COUNTERS(X)
#undef X
	for (unsigned i = 0; i < DROP_REASON_COUNT; i++)
		json_object_set_new(dropped, drop_reason_name(i),
			json_integer((json_int_t)counters->dropped[i]));
	json_object_set_new(out, "counters", numbers);
	json_object_set_new(out, "dropped", dropped);
}

static void add_counters(const struct tool *tool, json_t *answer)
{
	struct worker_counters sum = {0};
	json_t *workers = json_array();

	for (uint32_t w = 0; w < sa_channel_workers(tool->channel); w++) {
		const struct worker_counters *one = sa_channel_counters(tool->channel, w);
		json_t *row = json_object();

		worker_counters_add(&sum, one);
		print_counters(one, row);
		json_array_append_new(workers, row);
	}
	print_counters(&sum, answer);
	json_object_set_new(answer, "workers", workers);
}

static int flush(struct tool *tool)
{
	uint64_t handle;
	int error = 0;

	for (uint32_t w = 0; w < sa_channel_workers(tool->channel) && !error; w++) {
		struct sa_command command = {.type = SA_COMMAND_FLUSH};

		error = carry_out(tool, w, &command, &handle);
	}
	return error;
}

static int restart(struct tool *tool)
{
	int error = end_dataplane(tool, SIGKILL);

	if (!error)
		error = start_dataplane(tool);
	return error;
}

static void answer_line(struct tool *tool, const char *line)
{
	json_t *request = json_loads(line, 0, NULL), *answer = json_object();
	const char *name = json_string_value(json_object_get(request, "command"));
	struct sa_command command = {.handle = 0};
	uint64_t handle = 0;
	int result = -EINVAL;

	if (name && strcmp(name, "add") == 0) {
		command.type = SA_COMMAND_ADD;
		result = parse_sa(tool, request, &command.parameters);
		if (!result)
			result = carry_out(tool, sa_owner_of(&tool->owner, &command.parameters),
				&command, &handle);
		json_object_set_new(answer, "handle", json_integer((json_int_t)handle));
	} else if (name && strcmp(name, "delete") == 0) {
		command.type = SA_COMMAND_DELETE;
		command.handle = (uint64_t)json_integer_value(json_object_get(request, "handle"));
		result = carry_out(tool, sa_handle_worker(command.handle), &command, &handle);
	} else if (name && strcmp(name, "flush") == 0) {
		result = flush(tool);
	} else if (name && strcmp(name, "counters") == 0) {
		add_counters(tool, answer);
		result = 0;
	} else if (name && strcmp(name, "restart") == 0) {
		result = restart(tool);
	}
	json_object_set_new(answer, "result", json_integer(result));
	json_dumpf(answer, stdout, 0);
	putchar('\n');
	json_decref(answer);
	json_decref(request);
}

static int parse_arguments(int argc, char **argv, struct tool *tool)
{
	static const struct option options[] = {{"dataplane", required_argument, NULL, 'd'},
		{"config", required_argument, NULL, 'c'}, {NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'd')
			tool->dataplane = optarg;
		else if (option == 'c')
			tool->config_path = optarg;
		else
			return -EINVAL;
	}
	return tool->dataplane && tool->config_path ? 0 : -EINVAL;
}

int main(int argc, char **argv)
{
	static struct tool tool;
	char error[CONFIG_ERROR_MAX], *line = NULL;
	size_t size = 0;
	int status;

	log_open("sa_tool", LOG_NOTICE);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (parse_arguments(argc, argv, &tool) < 0) {
		log_error("usage: sa_tool --dataplane PATH --config FILE");
		return EXIT_FAILURE;
	}
	if (config_load(tool.config_path, &tool.config, error) != 0) {
		log_error("%s", error);
		return EXIT_FAILURE;
	}
	status = open_memory(&tool);
	if (status) {
		log_error("shared memory or TAP: %s", strerror(-status));
		return EXIT_FAILURE;
	}
	if (start_dataplane(&tool) != 0) {
		(void)end_dataplane(&tool, SIGKILL);
		return EXIT_FAILURE;
	}
	while (getline(&line, &size, stdin) > 0)
		answer_line(&tool, line);
	free(line);
	return end_dataplane(&tool, SIGTERM) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
