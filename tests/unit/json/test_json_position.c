/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_position.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char text[] = "{\n"
			   "  \"a\": [1, {\"b\": [[], \"]}\"]}, \"\\\"\"],\n"
			   "  \"\\u00e4/~\": {\"a\": null},\n"
			   "\t\"\xc3\xa4\": \"\xe2\x82\xac\", \"z\": true}\n";

static void find(const struct json_path *path, bool key, unsigned line, unsigned column)
{
	unsigned got_line, got_column;
	size_t offset = json_position_find(text, strlen(text), path, key);

	json_position_line(text, offset, &got_line, &got_column);
	if (got_line != line || got_column != column)
		fail_msg("%u:%u instead of %u:%u", got_line, got_column, line, column);
}

static void values_and_keys(void **state)
{
	struct json_path path = {.depth = 0};

	(void)state;
	find(&path, false, 1, 1);
	path = (struct json_path){.steps = {{"a", 0}}, .depth = 1};
	find(&path, false, 2, 8);
	find(&path, true, 2, 3);
	path = (struct json_path){.steps = {{"a", 0}, {NULL, 0}}, .depth = 2};
	find(&path, false, 2, 9);
	path.steps[1].index = 1;
	find(&path, false, 2, 12);
	path.steps[1].index = 2;
	find(&path, false, 2, 31);
	path = (struct json_path){.steps = {{"a", 0}, {NULL, 1}, {"b", 0}, {NULL, 1}}, .depth = 4};
	find(&path, false, 2, 23);
	path.depth = 3;
	find(&path, true, 2, 13);
	path = (struct json_path){.steps = {{"\xc3\xa4/~", 0}, {"a", 0}}, .depth = 2};
	find(&path, false, 3, 21);
	find(&path, true, 3, 16);
	path = (struct json_path){.steps = {{"\xc3\xa4", 0}}, .depth = 1};
	find(&path, false, 4, 7);
	path = (struct json_path){.steps = {{"z", 0}}, .depth = 1};
	find(&path, true, 4, 12);
	find(&path, false, 4, 17);
}

static void innermost_of_what_is_not_there(void **state)
{
	struct json_path path = {.steps = {{"x", 0}}, .depth = 1};

	(void)state;
	find(&path, false, 1, 1);
	path = (struct json_path){.steps = {{"a", 0}, {NULL, 3}}, .depth = 2};
	find(&path, false, 2, 8);
	path = (struct json_path){.steps = {{"a", 0}, {NULL, 1}, {"c", 0}, {"d", 0}}, .depth = 4};
	find(&path, false, 2, 12);
}

static void pointers(void **state)
{
	struct json_path path = {.steps = {{"a/b", 0}, {NULL, 12}, {"~\n", 0}}, .depth = 3};
	char pointer[64], tiny[40];

	(void)state;
	json_position_pointer(&path, pointer, sizeof(pointer));
	assert_string_equal(pointer, "/a~1b/12/~0?");
	json_position_pointer(&(struct json_path){.depth = 0}, pointer, sizeof(pointer));
	assert_string_equal(pointer, "(document)");
	path.steps[0].key = "a-name-that-is-longer-than-its-place/////////////";
	json_position_pointer(&path, tiny, sizeof(tiny));
	assert_true(strlen(tiny) < sizeof(tiny));
}

static void key_before(void **state)
{
	char pointer[64];
	size_t null_at = (size_t)(strstr(text, "null") - text);

	(void)state;
	assert_int_equal(
		json_position_key_before(text, strlen(text), null_at, pointer, sizeof(pointer)),
		null_at - 5);
	assert_string_equal(pointer, "/\xc3\xa4~1~0/a");
}

/* Any octets: each is in memory of exactly its size, so that a sanitizer sees the first step over
 * its end. */
static void walks_over_anything(void **state)
{
	static const char alphabet[] = "{}[]\",:\\ 1a\n";
	uint64_t seed = 0x5eed;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		size_t len = seed % 40, events = 0;
		char *octets = malloc(len ? len : 1);
		struct json_walk walk;
		enum json_event event;

		assert_non_null(octets);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			octets[i] = alphabet[(seed >> 33) % (sizeof(alphabet) - 1)];
		}
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		walk = json_walk_begin(octets, len);
		while ((event = json_walk_next(&walk)) == JSON_WALK_KEY ||
			event == JSON_WALK_VALUE) {
			assert_true(walk.at < walk.next && walk.next <= len);
			assert_true(++events <= len);
		}
		free(octets);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{"line and column of values and of keys", values_and_keys, NULL, NULL, NULL},
		{"a missing member is where it should be", innermost_of_what_is_not_there, NULL,
			NULL, NULL},
		{"RFC 6901 pointers", pointers, NULL, NULL, NULL},
		{"the key before an offset", key_before, NULL, NULL, NULL},
		{"the walk ends on anything", walks_over_anything, NULL, NULL, NULL},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
