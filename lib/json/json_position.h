/* SPDX-License-Identifier: BSD-3-Clause */
/* Where in the text a member lies, and its JSON pointer (RFC 6901). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "json_walk.h"

/* One reference token: a member's name, or the index of an array's item where key is NULL. */
struct json_step {
	const char *key;
	size_t index;
};

/* From the root to a member. The names are someone else's. */
struct json_path {
	struct json_step steps[JSON_DEPTH_MAX];
	size_t depth;
};

/* Offset of the value that path names, or of its key. Where the text has no such member: of the
 * innermost value on the way to it. */
size_t json_position_find(const char *text, size_t len, const struct json_path *path, bool of_key);

/* The key that ends at or last before offset end, for an error that is known by offset only.
 * Returns its own offset; pointer[0 .. size) receives the JSON pointer. */
size_t json_position_key_before(
	const char *text, size_t len, size_t end, char *pointer, size_t size);

/* Both from 1; a column is a character, not an octet. */
void json_position_line(const char *text, size_t offset, unsigned *line, unsigned *column);

/* "/dataplane/workers/0", with ~0 and ~1; "(document)" for the root. Cut where size is too small;
 * control characters become '?'. */
void json_position_pointer(const struct json_path *path, char *out, size_t size);
