/* SPDX-License-Identifier: BSD-3-Clause */
/* Holds the shared memory, starts the two planes, restarts one that dies, stops both. */
#pragma once

/* In the foreground until SIGINT or SIGTERM. The exit status of the program. */
int supervisor_run(const char *config_path);
