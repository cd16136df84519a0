/* SPDX-License-Identifier: BSD-3-Clause */
/* Half of the commands add an SA, half delete the oldest of those; only the worker's side is
 * timed. The sender, which has a core of its own elsewhere, works here in groups: as many as come
 * while the worker lets commands wait, so that its own code is not what the packets meet in the
 * caches. */
#include "bench_commands.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "bench_median.h"
#include "sa_apply.h"
#include "sa_channel.h"

#define RING   256
#define LIVE   1024 /* SAs that are there before the oldest goes */
#define SLICES 65536

struct bench_commands {
	struct bench_gateway *gateway;
	const struct bench_row *row;
	struct sa_channel *channel;
	struct sa_apply apply;
	double due;
	uint64_t clock; /* what the bursts took */
	double costs[SLICES];
	unsigned slices, sent;
	unsigned group; /* sent at once */
	uint32_t added;
	uint64_t handles[LIVE];
	uint32_t deleted;
};

static void send_next(struct bench_commands *commands)
{
	struct sa_command command = {.type = SA_COMMAND_ADD, .cookie = commands->added};

	if (commands->added - commands->deleted >= LIVE) {
		command.type = SA_COMMAND_DELETE;
		command.handle = commands->handles[commands->deleted++ % LIVE];
	} else {
		command.parameters = bench_gateway_sa(
			commands->row, BENCH_SAS_MAX + commands->added++ % (1u << 23));
	}
	if (!sa_channel_send_commands(commands->channel, 0, &command, 1))
		bench_fail("the ring of commands is full");
}

static unsigned take_answers(struct bench_commands *commands)
{
	struct sa_event events[RING];
	unsigned count = sa_channel_receive_events(commands->channel, 0, events, RING);

	for (unsigned i = 0; i < count; i++) {
		if (events[i].status != 0)
			bench_fail("a command was refused: %s", strerror(-events[i].status));
		commands->handles[events[i].cookie % LIVE] = events[i].handle;
	}
	return count;
}

/* From the first one that is timed on, as many are deleted as are added. */
static void fill(struct bench_commands *commands)
{
	while (commands->added < LIVE) {
		for (unsigned i = 0; i < SA_APPLY_COMMANDS && commands->added < LIVE; i++)
			send_next(commands);
		(void)sa_apply_slice(&commands->apply);
		(void)take_answers(commands);
	}
}

struct bench_commands *bench_commands_open(
	struct bench_gateway *gateway, const struct bench_row *row)
{
	const struct sa_channel_size size = {.workers = 1, .commands = RING, .events = RING};
	struct bench_commands *commands = calloc(1, sizeof(*commands));
	int fd = -1;

	if (!commands || sa_channel_create(&size, &fd) != 0 ||
		sa_channel_map(fd, &commands->channel) != 0)
		bench_fail("no memory for commands");
	close(fd);
	commands->gateway = gateway;
	commands->row = row;
	commands->apply = (struct sa_apply){.path = &gateway->path,
		.channel = commands->channel,
		.patience = SA_APPLY_PATIENCE_US * rte_get_tsc_hz() / 1000000};
	commands->group = row->commands_per_second * SA_APPLY_PATIENCE_US / 1000000;
	if (commands->group < 1)
		commands->group = 1;
	if (commands->group > SA_APPLY_COMMANDS)
		commands->group = SA_APPLY_COMMANDS;
	fill(commands);
	return commands;
}

/* Whether the worker carried out any. */
static bool poll_worker(struct bench_commands *commands)
{
	uint64_t start = rte_rdtsc_precise(), taken;
	unsigned carried_out;

	(void)sa_apply_poll(&commands->apply, true, commands->clock);
	taken = rte_rdtsc_precise() - start;
	carried_out = take_answers(commands);
	if (carried_out == 0)
		return false;
	if (commands->slices < SLICES)
		commands->costs[commands->slices++] = (double)taken / carried_out;
	return true;
}

bool bench_commands_run(struct bench_commands *commands, uint64_t cycles)
{
	bool carried_out = false;

	commands->clock += cycles;
	commands->due +=
		(double)cycles * commands->row->commands_per_second / (double)rte_get_tsc_hz();
	/* After a burst that was held up there are many. */
	do {
		if (commands->due >= commands->group) {
			for (unsigned i = 0; i < commands->group; i++)
				send_next(commands);
			commands->sent += commands->group;
			commands->due -= commands->group;
		}
		carried_out |= poll_worker(commands);
	} while (commands->due >= commands->group);
	return carried_out;
}

void bench_commands_close(struct bench_commands *commands)
{
	while (sa_apply_slice(&commands->apply) > 0)
		(void)take_answers(commands);
	for (; commands->deleted < commands->added; commands->deleted++)
		if (sa_table_delete(&commands->gateway->path.table,
			    commands->handles[commands->deleted % LIVE]) != 0)
			bench_fail("an SA that came by command is gone");
	sa_channel_unmap(commands->channel);
	free(commands);
}

double bench_commands_cycles(struct bench_commands *commands, unsigned packets)
{
	return bench_median(commands->costs, commands->slices) * commands->sent / packets;
}
