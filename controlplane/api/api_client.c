/* SPDX-License-Identifier: BSD-3-Clause */
#include "api_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#define LINE_MAX_LEN   65536
#define UNREAD_MAX_LEN (1u << 20) /* of a stream: who is so far behind does not read */

static void write_line(struct api_client *client, json_t *line)
{
	struct evbuffer *output = bufferevent_get_output(client->buffer);
	char *text = json_dumps(line, JSON_COMPACT);

	if (text) {
		evbuffer_add(output, text, strlen(text));
		evbuffer_add(output, "\n", 1);
		free(text);
	}
	json_decref(line);
}

void api_answer(struct api_client *client, int result, const char *text, json_t *arguments)
{
	client->answered = true;
	write_line(client, json_pack("{s:i, s:s, s:o}", "result", result, "text", text, "arguments",
				   arguments ? arguments : json_object()));
}

void api_client_read_on(struct api_client *client)
{
	bufferevent_trigger(
		client->buffer, EV_READ, BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

void api_wait(struct api_client *client, struct api_later *later)
{
	client->later = later;
	later->client = client;
}

void api_later_answer(struct api_later *later, int result, const char *text, json_t *arguments)
{
	struct api_client *client = later->client;

	later->client = NULL;
	client->later = NULL;
	api_answer(client, result, text, arguments);
	/* What has been read meanwhile is a question, too. */
	api_client_read_on(client);
}

void api_stream_open(struct api_client *client, struct api_stream *stream, const char *text)
{
	api_answer(client, 0, text, NULL);
	client->stream = stream;
	stream->client = client;
}

static void end_when_written(struct api_client *client)
{
	client->closing = true;
	bufferevent_disable(client->buffer, EV_READ);
	if (evbuffer_get_length(bufferevent_get_output(client->buffer)) == 0)
		bufferevent_trigger_event(client->buffer, BEV_EVENT_EOF, BEV_TRIG_DEFER_CALLBACKS);
}

void api_stream_send(struct api_stream *stream, json_t *arguments)
{
	struct api_client *client = stream->client;

	if (!client || client->closing) {
		json_decref(arguments);
		return;
	}
	if (evbuffer_get_length(bufferevent_get_output(client->buffer)) > UNREAD_MAX_LEN) {
		json_decref(arguments);
		client->closing = true;
		/* Not from in here: the caller walks its listeners. */
		bufferevent_trigger_event(client->buffer, BEV_EVENT_EOF, BEV_TRIG_DEFER_CALLBACKS);
		return;
	}
	write_line(client, json_pack("{s:o}", "arguments", arguments));
}

static void answer_line(struct api_client *client, const char *text, size_t len)
{
	json_error_t error;
	json_t *question = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	const char *name = json_string_value(json_object_get(question, "command"));
	json_t *arguments = json_object_get(question, "arguments");
	const struct api_command *command = name ? api_find_command(client->api, name) : NULL;
	json_t *none = json_object();

	client->answered = false;
	if (!question)
		api_answer(client, -EINVAL, error.text, NULL);
	else if (!name)
		api_answer(client, -EINVAL, "no \"command\" (a string) in an object", NULL);
	else if (arguments && !json_is_object(arguments))
		api_answer(client, -EINVAL, "\"arguments\" is no object", NULL);
	else if (!command)
		api_answer(client, -ENOENT, "unknown command", NULL);
	else
		command->handle(command->context, client, arguments ? arguments : none);
	if (!client->answered && !client->later)
		api_answer(client, -EIO, "the command gave no answer", NULL);
	json_decref(none);
	json_decref(question);
}

static void on_read(struct bufferevent *buffer, void *context)
{
	struct api_client *client = context;
	struct evbuffer *input = bufferevent_get_input(buffer);

	while (!client->closing && !client->later) {
		size_t len;
		char *line;

		if (client->records) {
			api_records_read(client);
			if (client->records)
				return;
			continue;
		}

		if (client->stream) {
			/* A stream takes no more questions. */
			evbuffer_drain(input, evbuffer_get_length(input));
			return;
		}
		line = evbuffer_readln(input, &len, EVBUFFER_EOL_LF);
		if (line && len <= LINE_MAX_LEN) {
			answer_line(client, line, len);
		} else if (line || evbuffer_get_length(input) > LINE_MAX_LEN) {
			api_answer(client, -EMSGSIZE, "a question has at most 65536 octets", NULL);
			end_when_written(client);
		} else {
			return;
		}
		free(line);
	}
}

static void on_written(struct bufferevent *buffer, void *context)
{
	struct api_client *client = context;

	(void)buffer;
	if (client->closing)
		api_client_destroy(client);
}

static void on_end(struct bufferevent *buffer, short what, void *context)
{
	(void)buffer;
	(void)what;
	api_client_destroy(context);
}

int api_client_create(
	struct api *api, struct event_base *base, evutil_socket_t fd, struct api_client **out)
{
	struct api_client *client = calloc(1, sizeof(*client));

	if (client)
		client->buffer = bufferevent_socket_new(
			base, fd, BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!client || !client->buffer) {
		free(client);
		evutil_closesocket(fd);
		return -ENOMEM;
	}
	client->api = api;
	bufferevent_setcb(client->buffer, on_read, on_written, on_end, client);
	bufferevent_setwatermark(client->buffer, EV_READ, 0, LINE_MAX_LEN + 2);
	bufferevent_enable(client->buffer, EV_READ | EV_WRITE);
	*out = client;
	return 0;
}

void api_client_destroy(struct api_client *client)
{
	struct api_stream *stream = client->stream;
	struct api_later *later = client->later;
	struct api_records *records = client->records;

	if (records) {
		api_records_wipe(client);
		records->client = NULL;
		records->gone(records);
	}
	if (later) {
		later->client = NULL;
		later->gone(later);
	}
	if (stream) {
		stream->client = NULL;
		stream->gone(stream);
	}
	api_forget_client(client->api, client);
	bufferevent_free(client->buffer);
	free(client);
}
