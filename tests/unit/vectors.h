/* SPDX-License-Identifier: BSD-3-Clause */
/* Known answers from tests/vectors. What is not there as expected fails the test that asks. To be
 * included after cmocka.h. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "hex.h"

/* The caller gives it back with json_decref. */
static inline json_t *vectors_load(const char *file)
{
	char path[512];
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/%s", VECTORS, file);
	root = json_load_file(path, 0, &error);
	if (!root)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	return root;
}

static inline json_t *vectors_get(const json_t *object, const char *name)
{
	json_t *member = json_object_get(object, name);

	if (!member)
		fail_msg("no member \"%s\"", name);
	return member;
}

static inline const char *vectors_text(const json_t *object, const char *name)
{
	json_t *member = vectors_get(object, name);

	if (!json_is_string(member))
		fail_msg("\"%s\" is no string", name);
	return json_string_value(member);
}

/* A string of 2 * len hex digits. */
static inline void vectors_hex(const json_t *object, const char *name, uint8_t *out, size_t len)
{
	const char *text = vectors_text(object, name);

	if (hex_decode(text, strlen(text), out, len))
		fail_msg("\"%s\": \"%s\" is not %zu octets", name, text, len);
}
