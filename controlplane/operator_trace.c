/* SPDX-License-Identifier: BSD-3-Clause */
/* "trace": one line per hop of a registration, as it happens, to each operator who listens. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "operator_state.h"

struct operator_trace {
	struct api_stream stream;
	struct trace_listener listener;
	struct trace *trace;
	char *impi; /* NULL: everybody's */
};

static void hear(void *context, const struct trace_event *event)
{
	struct operator_trace *listening = context;

	if (listening->impi && strcmp(listening->impi, event->impi) != 0)
		return;
	api_stream_send(&listening->stream,
		json_pack("{s:o, s:s, s:s, s:o, s:o, s:o}", "name", operator_text(event->name),
			"from", event->from, "to", event->to, "impi", operator_text(event->impi),
			"what", operator_text(event->what), "detail",
			operator_text(event->detail)));
}

static void gone(struct api_stream *stream)
{
	struct operator_trace *listening =
		(struct operator_trace *)((char *)stream - offsetof(struct operator_trace, stream));

	trace_remove(listening->trace, &listening->listener);
	free(listening->impi);
	free(listening);
}

void operator_trace(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	struct operator_trace *listening;
	const char *impi;

	if (!operator_impi(desk, client, arguments, false, &impi))
		return;
	listening = calloc(1, sizeof(*listening));
	if (!listening || (impi && !(listening->impi = strdup(impi)))) {
		free(listening);
		api_answer(client, -ENOMEM, "out of memory", NULL);
		return;
	}
	listening->stream.gone = gone;
	listening->listener = (struct trace_listener){.hear = hear, .context = listening};
	listening->trace = &desk->view.roles->trace;
	api_stream_open(client, &listening->stream, "each hop as it happens");
	trace_add(listening->trace, &listening->listener);
}
