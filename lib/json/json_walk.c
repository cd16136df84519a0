/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_walk.h"

#include <string.h>

struct json_walk json_walk_begin(const char *text, size_t len)
{
	return (struct json_walk){.text = text, .len = len};
}

/* Offset behind the string that begins at. */
static size_t string_end(const struct json_walk *walk, size_t at)
{
	for (at++; at < walk->len && walk->text[at] != '"'; at++)
		if (walk->text[at] == '\\')
			at++;
	return at < walk->len ? at + 1 : walk->len;
}

/* Offset behind the number, true, false or null that begins at. */
static size_t scalar_end(const struct json_walk *walk, size_t at)
{
	while (at < walk->len && !memchr(" \t\r\n,:[]{}\"", walk->text[at], 11))
		at++;
	return at;
}

static bool open_level(struct json_walk *walk)
{
	bool array = walk->text[walk->at] == '[';

	if (walk->depth == JSON_DEPTH_MAX)
		return false;
	walk->levels[walk->depth++] = (struct json_level){.array = array, .expects_key = !array};
	return true;
}

/* Between keys and values: white space, punctuation, ends of containers. */
static void skip_between(struct json_walk *walk)
{
	for (; walk->next < walk->len; walk->next++) {
		struct json_level *level = walk->depth > 0 ? &walk->levels[walk->depth - 1] : NULL;

		switch (walk->text[walk->next]) {
		case ' ':
		case '\t':
		case '\r':
		case '\n':
		case ':':
			break;
		case ',':
			if (level && level->array)
				level->index++;
			else if (level)
				level->expects_key = true;
			break;
		case ']':
		case '}':
			if (level)
				walk->depth--;
			break;
		default:
			return;
		}
	}
}

enum json_event json_walk_next(struct json_walk *walk)
{
	struct json_level *level;
	char first;

	if (walk->opens && !open_level(walk))
		return JSON_WALK_TOO_DEEP;
	walk->opens = false;
	skip_between(walk);
	if (walk->next >= walk->len)
		return JSON_WALK_END;
	walk->at = walk->next;
	first = walk->text[walk->at];
	level = walk->depth > 0 ? &walk->levels[walk->depth - 1] : NULL;
	if (first == '"') {
		walk->next = string_end(walk, walk->at);
		if (!level || level->array || !level->expects_key)
			return JSON_WALK_VALUE;
		level->expects_key = false;
		level->key_at = walk->at;
		level->key_len = walk->next - walk->at;
		return JSON_WALK_KEY;
	}
	walk->opens = first == '{' || first == '[';
	walk->next = walk->opens ? walk->at + 1 : scalar_end(walk, walk->at);
	return JSON_WALK_VALUE;
}
