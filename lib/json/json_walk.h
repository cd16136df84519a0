/* SPDX-License-Identifier: BSD-3-Clause */
/* A walk over JSON text, key by key and value by value, that knows where in the text it is: jansson
 * keeps no positions. Text that is not JSON gives events without sense, but never an access behind
 * its end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define JSON_DEPTH_MAX 16 /* containers within each other */

enum json_event { JSON_WALK_END, JSON_WALK_KEY, JSON_WALK_VALUE, JSON_WALK_TOO_DEEP };

/* One open container: what of it the walk is at. */
struct json_level {
	bool array;
	bool expects_key;       /* object */
	size_t index;           /* array */
	size_t key_at, key_len; /* object: offset and length in the text, with quotation marks */
};

struct json_walk {
	const char *text;
	size_t len;
	size_t at;    /* offset of the key or value of the last event */
	size_t next;  /* offset behind it */
	size_t depth; /* levels that are open; the last event's value is in the innermost */
	bool opens;   /* the last event's value is a container */
	struct json_level levels[JSON_DEPTH_MAX];
};

struct json_walk json_walk_begin(const char *text, size_t len);

/* JSON_WALK_END also where the text ends too early. */
enum json_event json_walk_next(struct json_walk *walk);
