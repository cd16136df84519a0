/* SPDX-License-Identifier: BSD-3-Clause */
/* The process that reads what strangers send may do little: an ordinary user, no way to get
 * privileges back, no core file, and only the system calls of a single-threaded server. */
#pragma once

/* From the first line of main: dies with its parent, leaves no core file, no debugger may attach.
 */
void sandbox_guard_process(void);

/* Becomes user for ever; where the process is not root already, it stays who it is. 0, or -errno
 * after a line in the log (-ENOENT: there is no such user). */
int sandbox_become(const char *user) __attribute__((warn_unused_result));

/* From here on a system call outside the list kills the process. Last step before the event loop:
 * sockets, store and API are open by then. 0, or -errno after a line in the log. */
int sandbox_enter(void) __attribute__((warn_unused_result));
