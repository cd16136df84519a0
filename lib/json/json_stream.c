/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_LEN ((size_t)64 << 10)

#define AT_END    (-1)
#define AT_UNREAD (-2)

struct json_stream {
	int fd;
	const char *member;
	size_t element_max, size;
	char *buffer;
	size_t at, have; /* what is not consumed: buffer[at .. have) */
	size_t index;
	unsigned line, column; /* of buffer[at] */
	bool opened;
};

int json_stream_open(int fd, const char *member, size_t element_max, struct json_stream **out)
{
	struct json_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return -ENOMEM;
	*stream = (struct json_stream){
		.fd = fd,
		.member = member,
		.element_max = element_max,
		.size = element_max + READ_LEN,
		.line = 1,
		.column = 1,
	};
	stream->buffer = malloc(stream->size);
	if (!stream->buffer) {
		free(stream);
		return -ENOMEM;
	}
	*out = stream;
	return 0;
}

void json_stream_close(struct json_stream *stream)
{
	if (!stream)
		return;
	explicit_bzero(stream->buffer, stream->size);
	free(stream->buffer);
	free(stream);
}

/* More octets behind those that are there: 0, AT_END or AT_UNREAD. */
static int fill(struct json_stream *stream)
{
	ssize_t got;

	if (stream->at > 0) {
		memmove(stream->buffer, stream->buffer + stream->at, stream->have - stream->at);
		stream->have -= stream->at;
		stream->at = 0;
	}
	do
		got = read(stream->fd, stream->buffer + stream->have, stream->size - stream->have);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got == 0 ? AT_END : AT_UNREAD;
	stream->have += (size_t)got;
	return 0;
}

static void consume(struct json_stream *stream, size_t len)
{
	for (const char *octet = stream->buffer + stream->at; len > 0; octet++, len--) {
		if (*octet == '\n') {
			stream->line++;
			stream->column = 1;
		} else if (((unsigned char)*octet & 0xc0) != 0x80) {
			stream->column++; /* not a continuation octet of UTF-8 */
		}
		stream->at++;
	}
}

/* The next octet that is no white space, as an unsigned char; it is not consumed. */
static int peek(struct json_stream *stream)
{
	for (;;) {
		int status = stream->at < stream->have ? 0 : fill(stream);

		if (status != 0)
			return status;
		if (!memchr(" \t\r\n", stream->buffer[stream->at], 4))
			return (unsigned char)stream->buffer[stream->at];
		consume(stream, 1);
	}
}

static enum json_stream_event fault(int seen, enum json_stream_event otherwise)
{
	return seen == AT_UNREAD ? JSON_STREAM_UNREAD
	       : seen == AT_END  ? JSON_STREAM_SYNTAX
				 : otherwise;
}

/* {"MEMBER": [ */
static enum json_stream_event open_array(struct json_stream *stream)
{
	size_t len = strlen(stream->member);
	int seen = peek(stream);

	if (seen != '{')
		return fault(seen, JSON_STREAM_SHAPE);
	consume(stream, 1);
	seen = peek(stream);
	if (seen != '"')
		return fault(seen, seen == '}' ? JSON_STREAM_SHAPE : JSON_STREAM_SYNTAX);
	while (stream->have - stream->at < len + 2) {
		seen = fill(stream);
		if (seen != 0)
			return fault(seen, JSON_STREAM_SYNTAX);
	}
	if (memcmp(stream->buffer + stream->at + 1, stream->member, len) != 0 ||
		stream->buffer[stream->at + 1 + len] != '"')
		return JSON_STREAM_SHAPE;
	consume(stream, len + 2);
	seen = peek(stream);
	if (seen != ':')
		return fault(seen, JSON_STREAM_SYNTAX);
	consume(stream, 1);
	seen = peek(stream);
	if (seen != '[')
		return fault(seen, JSON_STREAM_SHAPE);
	consume(stream, 1);
	stream->opened = true;
	return JSON_STREAM_ELEMENT;
}

/* ]} and nothing more; the first of them has been seen. */
static enum json_stream_event close_array(struct json_stream *stream)
{
	int seen;

	consume(stream, 1);
	seen = peek(stream);
	if (seen != '}')
		return fault(seen, seen == ',' ? JSON_STREAM_SHAPE : JSON_STREAM_SYNTAX);
	consume(stream, 1);
	seen = peek(stream);
	return seen == AT_END ? JSON_STREAM_END : fault(seen, JSON_STREAM_SYNTAX);
}

/* Where in a value the scan is. */
struct scan {
	size_t len, depth;
	bool in_string, escaped;
};

/* One octet further; true where the value is complete. */
static bool scan_octet(struct scan *scan, char octet)
{
	scan->len++;
	if (scan->in_string) {
		bool ends = octet == '"' && !scan->escaped;

		scan->escaped = octet == '\\' && !scan->escaped;
		scan->in_string = !ends;
		return ends && scan->depth == 0;
	}
	switch (octet) {
	case '"':
		scan->in_string = true;
		return false;
	case '{':
	case '[':
		scan->depth++;
		return false;
	case '}':
	case ']':
		if (scan->depth == 0)
			break;
		return --scan->depth == 0;
	case ',':
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		if (scan->depth == 0)
			break;
		return false;
	default:
		return false;
	}
	scan->len--; /* what ends a number, true, false or null is no part of it */
	return true;
}

/* The value that begins at buffer[at], whole; out's text is its beginning where it is not. */
static enum json_stream_event find_element(struct json_stream *stream, struct json_element *out)
{
	enum json_stream_event event = JSON_STREAM_ELEMENT;
	struct scan scan = {.len = 0};
	bool complete = false;

	while (!complete) {
		if (stream->at + scan.len == stream->have) {
			int status = scan.len < stream->element_max ? fill(stream) : AT_END;

			if (status != 0) {
				event = status == AT_END ? JSON_STREAM_CUT : JSON_STREAM_UNREAD;
				break;
			}
		}
		complete = scan_octet(&scan, stream->buffer[stream->at + scan.len]);
		if (scan.len > stream->element_max) {
			event = JSON_STREAM_CUT;
			break;
		}
	}
	out->text = stream->buffer + stream->at;
	out->len = scan.len;
	return event;
}

static enum json_stream_event next_element(struct json_stream *stream, struct json_element *out)
{
	bool first = !stream->opened;
	int seen;

	if (first) {
		enum json_stream_event event = open_array(stream);

		if (event != JSON_STREAM_ELEMENT)
			return event;
	}
	seen = peek(stream);
	if (seen == ']')
		return close_array(stream);
	if (!first) {
		if (seen != ',')
			return fault(seen, JSON_STREAM_SYNTAX);
		consume(stream, 1);
		seen = peek(stream);
	}
	if (seen < 0 || memchr(",]}:", seen, 4))
		return fault(seen, JSON_STREAM_SYNTAX);
	return find_element(stream, out);
}

enum json_stream_event json_stream_next(struct json_stream *stream, struct json_element *out)
{
	enum json_stream_event event;

	*out = (struct json_element){.text = "", .index = stream->index};
	event = next_element(stream, out);
	out->line = stream->line;
	out->column = stream->column;
	if (event == JSON_STREAM_ELEMENT) {
		consume(stream, out->len);
		stream->index++;
	}
	return event;
}
