/* SPDX-License-Identifier: BSD-3-Clause */
/* What the roles tell of a registration, hop by hop, to whoever listens: "SM1" … "SM12", "CM1",
 * "CM2", "UAR", "SA add". Never a key: an event has text only, and no role prints a secret. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct trace_event {
	const char *name;   /* "SM1", "CM1", "Cx-Put", "SA add" */
	const char *from;   /* "UE", "P-CSCF", "I-CSCF", "S-CSCF", "HSS", "data plane" */
	const char *to;     /* the same names */
	const char *what;   /* method, status line, command */
	const char *impi;   /* "" where it is not known */
	const char *detail; /* for a person; may be "" */
};

/* Lies inside the listener; must stay until it is removed. The event lives as long as the call. */
struct trace_listener {
	void (*hear)(void *context, const struct trace_event *event);
	void *context;
	struct trace_listener *next;
};

struct trace {
	struct trace_listener *listeners;
};

void trace_add(struct trace *trace, struct trace_listener *listener);

/* Also from within hear(), and of a listener that was not added. */
void trace_remove(struct trace *trace, struct trace_listener *listener);

/* Whether it is worth while to build an event. */
static inline bool trace_on(const struct trace *trace)
{
	return trace->listeners != NULL;
}

void trace_emit(const struct trace *trace, const struct trace_event *event);

/* The same where anybody listens, with the detail formatted (cut where it is long). */
void trace_hop(const struct trace *trace, const char *name, const char *from, const char *to,
	const char *impi, const char *what, const char *detail, ...)
	__attribute__((format(printf, 7, 8)));
