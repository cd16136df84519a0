/* SPDX-License-Identifier: BSD-3-Clause */
/* The roles' events on their way to the operator's connections. */
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>

void trace_add(struct trace *trace, struct trace_listener *listener)
{
	listener->next = trace->listeners;
	trace->listeners = listener;
}

void trace_remove(struct trace *trace, struct trace_listener *listener)
{
	for (struct trace_listener **at = &trace->listeners; *at; at = &(*at)->next) {
		if (*at == listener) {
			*at = listener->next;
			return;
		}
	}
}

void trace_emit(const struct trace *trace, const struct trace_event *event)
{
	struct trace_listener *next;

	for (struct trace_listener *at = trace->listeners; at; at = next) {
		next = at->next; /* it may remove itself */
		at->hear(at->context, event);
	}
}

void trace_hop(const struct trace *trace, const char *name, const char *from, const char *to,
	const char *impi, const char *what, const char *detail, ...)
{
	char text[512];
	va_list arguments;

	if (!trace_on(trace))
		return;
	va_start(arguments, detail);
	vsnprintf(text, sizeof(text), detail, arguments);
	va_end(arguments);
	trace_emit(trace, &(struct trace_event){.name = name,
				  .from = from,
				  .to = to,
				  .what = what,
				  .impi = impi,
				  .detail = text});
}
