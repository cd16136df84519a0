/* SPDX-License-Identifier: BSD-3-Clause */
/* A text {"MEMBER": [element, element, …]} of any length, element by element: memory is bounded by
 * the longest one that is allowed. The elements' own syntax is the caller's to check. */
#pragma once

#include <stddef.h>

struct json_stream;

enum json_stream_event {
	JSON_STREAM_ELEMENT,
	JSON_STREAM_END,
	JSON_STREAM_SHAPE,  /* no object with this one member, an array */
	JSON_STREAM_SYNTAX, /* no JSON, between the elements */
	JSON_STREAM_CUT,    /* an element that does not end, in the text or within its bound */
	JSON_STREAM_UNREAD, /* errno says why */
};

struct json_element {
	const char *text; /* until the next call; of a cut element: its beginning */
	size_t len;
	size_t index;
	unsigned line, column; /* of its beginning, or of the fault; both from 1 */
};

/* fd stays the caller's. 0 or -ENOMEM. */
int json_stream_open(int fd, const char *member, size_t element_max, struct json_stream **out)
	__attribute__((warn_unused_result));

/* After anything but an element, nothing more comes. */
enum json_stream_event json_stream_next(struct json_stream *stream, struct json_element *out);

/* Overwrites what it has read. NULL is allowed. */
void json_stream_close(struct json_stream *stream);
