/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel says of an interface between two looks at it (RFC 3549 §2.3.3.1): one that was
 * set down has lost its routes, and looks as ever when it is up again. */
#pragma once

#include <stdbool.h>

struct link_events {
	int fd; /* -1: nobody listens */
	unsigned index;
};

/* From now on. Where the kernel gives no socket, nothing is ever told. */
void link_events_open(const char *interface, struct link_events *out);
void link_events_close(struct link_events *events);

/* Was it down at any moment since the last call? True also where the kernel has lost count. */
bool link_events_was_down(const struct link_events *events);
