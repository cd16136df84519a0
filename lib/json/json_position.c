/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_position.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* A key as the text has it, with escapes, against its decoded form. */
static bool same_key(const char *raw, size_t raw_len, const char *key)
{
	json_t *decoded;
	bool same;

	if (raw_len < 2)
		return false;
	if (!memchr(raw, '\\', raw_len))
		return strlen(key) == raw_len - 2 && memcmp(raw + 1, key, raw_len - 2) == 0;
	decoded = json_loadb(raw, raw_len, JSON_DECODE_ANY, NULL);
	same = decoded && json_is_string(decoded) && strcmp(json_string_value(decoded), key) == 0;
	json_decref(decoded);
	return same;
}

/* Is the walk's place the path's first depth steps? */
static bool on_path(const struct json_walk *walk, const struct json_path *path)
{
	if (walk->depth > path->depth)
		return false;
	for (size_t i = 0; i < walk->depth; i++) {
		const struct json_level *level = &walk->levels[i];
		const struct json_step *step = &path->steps[i];

		if (level->array != !step->key)
			return false;
		if (level->array ? level->index != step->index
				 : !same_key(walk->text + level->key_at, level->key_len, step->key))
			return false;
	}
	return true;
}

size_t json_position_find(const char *text, size_t len, const struct json_path *path, bool of_key)
{
	struct json_walk walk = json_walk_begin(text, len);
	enum json_event event, wanted = of_key ? JSON_WALK_KEY : JSON_WALK_VALUE;
	size_t best = 0, best_depth = 0;
	bool found = false;

	while ((event = json_walk_next(&walk)) == JSON_WALK_KEY || event == JSON_WALK_VALUE) {
		if ((found && walk.depth <= best_depth) || !on_path(&walk, path))
			continue;
		if (walk.depth == path->depth && event == wanted)
			return walk.at;
		if (event == JSON_WALK_VALUE) {
			best = walk.at;
			best_depth = walk.depth;
			found = true;
		}
	}
	return best;
}

/* One token of a pointer (RFC 6901 §3). */
static size_t print_token(const char *key, char *out, size_t size)
{
	size_t len = 0;

	for (; *key && len + 3 < size; key++) {
		if (*key == '~' || *key == '/') {
			out[len++] = '~';
			out[len++] = *key == '~' ? '0' : '1';
		} else {
			out[len++] = (unsigned char)*key < 0x20 || *key == 0x7f ? '?' : *key;
		}
	}
	out[len] = '\0';
	return len;
}

void json_position_pointer(const struct json_path *path, char *out, size_t size)
{
	size_t len = 0;

	if (path->depth == 0) {
		snprintf(out, size, "(document)");
		return;
	}
	for (size_t i = 0; i < path->depth && len + 24 < size; i++) {
		out[len++] = '/';
		if (path->steps[i].key)
			len += print_token(path->steps[i].key, out + len, size - len);
		else
			len += (size_t)snprintf(out + len, size - len, "%zu", path->steps[i].index);
	}
}

size_t json_position_key_before(
	const char *text, size_t len, size_t end, char *pointer, size_t size)
{
	struct json_walk walk = json_walk_begin(text, len), last = walk;
	json_t *keys[JSON_DEPTH_MAX] = {NULL};
	struct json_path path = {.depth = 0};
	enum json_event event;

	while ((event = json_walk_next(&walk)) == JSON_WALK_KEY || event == JSON_WALK_VALUE) {
		if (walk.next > end)
			break;
		if (event == JSON_WALK_KEY)
			last = walk;
	}
	for (; path.depth < last.depth; path.depth++) {
		const struct json_level *level = &last.levels[path.depth];
		struct json_step *step = &path.steps[path.depth];

		step->index = level->index;
		if (level->array)
			continue;
		keys[path.depth] =
			json_loadb(text + level->key_at, level->key_len, JSON_DECODE_ANY, NULL);
		step->key = keys[path.depth] ? json_string_value(keys[path.depth]) : "?";
	}
	json_position_pointer(&path, pointer, size);
	for (size_t i = 0; i < path.depth; i++)
		json_decref(keys[i]);
	return last.at;
}

void json_position_line(const char *text, size_t offset, unsigned *line, unsigned *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			(*column)++; /* not a continuation octet of UTF-8 */
		}
	}
}
