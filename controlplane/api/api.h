/* SPDX-License-Identifier: BSD-3-Clause */
/* The operator's door: newline-delimited JSON over a unix socket.
 *   {"command":"show sa","arguments":{…}}  →  {"result":0,"text":"…","arguments":{…}}
 * One question a line, one answer a line, in order. result: 0 or a negative errno. A question may
 * instead open a stream: then each line is one value of it, until either side closes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct event_base;
struct api;
struct api_client;

/* What a command does: before it returns it answers once by api_answer, opens a stream by
 * api_stream_open, awaits records by api_records_open, or promises an answer by api_wait.
 * arguments: an object, perhaps empty; the caller's. */
struct api_command {
	const char *name; /* "show sa" */
	void (*handle)(void *context, struct api_client *client, const json_t *arguments);
	void *context;
};

/* Listens at path, which only the owner of the process may open (mode 0600; a socket that a dead
 * gateway left is replaced). commands must stay. 0, or -errno. */
int api_open(struct event_base *base, const char *path, const struct api_command *commands,
	size_t command_count, struct api **out) __attribute__((warn_unused_result));

/* Closes all connections; streams hear of it. The path is left to whoever owns its folder. */
void api_close(struct api *api);

/* Takes arguments (NULL: an empty object). */
void api_answer(struct api_client *client, int result, const char *text, json_t *arguments);

/* Lies inside the one that answers later; gone is called once where the connection ends before. */
struct api_later {
	struct api_client *client; /* NULL: answered, or gone */
	void (*gone)(struct api_later *later);
};

/* The connection's further questions wait for this one's answer. */
void api_wait(struct api_client *client, struct api_later *later);

/* As api_answer; not from within the command that waits. */
void api_later_answer(struct api_later *later, int result, const char *text, json_t *arguments);

#define API_RECORD_MAX 512

/* Lies inside the one who takes records: what follows the question on its connection are no lines
 * but octets, record_len each. They may be keys: each is overwritten once it was taken. */
struct api_records {
	struct api_client *client; /* NULL: answered, or gone */
	size_t record_len;         /* at most API_RECORD_MAX */
	/* False: not now; api_records_resume, later. It may answer, which ends them. */
	bool (*take)(struct api_records *records, const void *record);
	void (*gone)(struct api_records *records);
};

/* A first answer says that records are awaited. */
void api_records_open(struct api_client *client, struct api_records *records, const char *text);
void api_records_resume(struct api_records *records);

/* As api_answer; lines are questions again. */
void api_records_answer(
	struct api_records *records, int result, const char *text, json_t *arguments);

/* Lies inside the one that streams; gone is called once when the connection ends, from whatever
 * side, but not from inside api_stream_send. */
struct api_stream {
	struct api_client *client; /* NULL: gone */
	void (*gone)(struct api_stream *stream);
};

/* Answers the question with a good result and keeps the connection for the stream. */
void api_stream_open(struct api_client *client, struct api_stream *stream, const char *text);

/* Takes arguments: one line {"arguments":…}. A reader that does not keep up is cut off: it is
 * gone soon after. */
void api_stream_send(struct api_stream *stream, json_t *arguments);
