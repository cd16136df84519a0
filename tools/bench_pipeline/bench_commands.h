/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane beside the packets: SAs that come and go at a rate, by the worker's own way. */
#pragma once

#include "bench_gateway.h"

struct bench_commands;

struct bench_commands *bench_commands_open(
	struct bench_gateway *gateway, const struct bench_row *row);
void bench_commands_close(struct bench_commands *commands);

/* So many cycles have passed: the commands of that time arrive and are carried out. Returns what
 * the worker took for it. */
uint64_t bench_commands_run(struct bench_commands *commands, uint64_t cycles);
