/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane beside the packets: SAs that come and go at a rate, by the worker's own way. */
#pragma once

#include <stdbool.h>

#include "bench_gateway.h"

struct bench_commands;

struct bench_commands *bench_commands_open(
	struct bench_gateway *gateway, const struct bench_row *row);
void bench_commands_close(struct bench_commands *commands);

/* A burst took so many cycles: the commands of that time arrive, and are carried out when the
 * worker would do it. True: some were, before the next burst. */
bool bench_commands_run(struct bench_commands *commands, uint64_t cycles);

/* What the commands that came so far cost each of so many packets: of the slices, the median cost
 * of a command. */
double bench_commands_cycles(struct bench_commands *commands, unsigned packets);
