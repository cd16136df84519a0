/* SPDX-License-Identifier: BSD-3-Clause */
/* DPDK's environment: memory, cores, buses. Once per process. */
#pragma once

#include "config.h"

/* Lcore 0 is the main one, lcore 1 + n is worker n; each on its CPU of the settings.
 * 0, or -errno after an error line. */
int eal_start(const struct config_dataplane *config, const char *run_directory)
	__attribute__((warn_unused_result));
void eal_stop(const char *run_directory); /* leaves no file behind */
