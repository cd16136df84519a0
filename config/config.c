/* SPDX-License-Identifier: BSD-3-Clause */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_check.h"
#include "config_derive.h"
#include "config_file.h"
#include "config_table.h"
#include "json_secret.h"
#include "secret.h"

#define JSON_ALLOWED "one JSON object (RFC 8259) in UTF-8"

/* What must be seen before a parser is: each fault has its place. */
static int check_text(struct config_reader *reader)
{
	struct json_walk walk = json_walk_begin(reader->text, reader->len);
	enum json_event event;
	const char *nul;

	if (reader->len == 0)
		return config_reader_refuse(reader, false, JSON_ALLOWED, "the file is empty");
	if (reader->len > CONFIG_FILE_MAX)
		return config_reader_refuse(
			reader, false, "at most 1 MiB", "the text has %zu octets", reader->len);
	nul = memchr(reader->text, '\0', reader->len);
	if (nul)
		return config_reader_refuse_at(reader, (size_t)(nul - reader->text), "(document)",
			JSON_ALLOWED, "a NUL octet is no part of a text");
	do {
		event = json_walk_next(&walk);
	} while (event == JSON_WALK_KEY || event == JSON_WALK_VALUE);
	if (event == JSON_WALK_TOO_DEEP)
		return config_reader_refuse_at(reader, walk.at, "(document)",
			"16 objects and arrays within each other", "is nested too deep");
	return 0;
}

/* jansson stops behind the token that it does not want: where does that begin? */
static size_t token_at(const struct config_reader *reader, size_t end)
{
	struct json_walk walk = json_walk_begin(reader->text, reader->len);
	enum json_event event;

	do {
		event = json_walk_next(&walk);
	} while ((event == JSON_WALK_KEY || event == JSON_WALK_VALUE) && walk.next < end);
	if (event != JSON_WALK_END && walk.at < end)
		return walk.at;
	return end > 0 ? end - 1 : 0;
}

static int refuse_json(struct config_reader *reader, const json_error_t *fault)
{
	size_t offset = fault->position > 0 ? (size_t)fault->position : 0;
	char pointer[256];
	const char *near;

	if (offset > reader->len)
		offset = reader->len;
	if (json_error_code(fault) == json_error_duplicate_key) {
		offset = json_position_key_before(
			reader->text, reader->len, offset, pointer, sizeof(pointer));
		return config_reader_refuse_at(
			reader, offset, pointer, "each key once", "this key occurs twice");
	}
	if (json_error_code(fault) != json_error_invalid_utf8 &&
		json_error_code(fault) != json_error_premature_end_of_input)
		offset = token_at(reader, offset);
	/* Behind " near '" the library quotes the text, which may be a key. */
	near = strstr(fault->text, " near '");
	return config_reader_refuse_at(reader, offset, "(document)", JSON_ALLOWED,
		"this is not JSON: %.*s", (int)(near ? near - fault->text : JSON_ERROR_TEXT_LENGTH),
		fault->text);
}

static int read_root(
	struct config_reader *reader, const json_t *root, const char *directory, struct config *out)
{
	struct config *config = calloc(1, sizeof(*config));
	int result;

	if (!config)
		return config_reader_refuse(reader, false, "more memory", "out of memory");
	result = config_reader_value(reader, root, &config_table, config);
	if (!result)
		result = config_derive(reader, directory, config);
	if (!result)
		result = config_check(reader, config);
	if (!result)
		*out = *config;
	secret_wipe_bytes(config->sas, sizeof(config->sas));
	free(config);
	return result;
}

int config_parse(const char *text, size_t len, const char *name, const char *directory,
	struct config *out, char error[CONFIG_ERROR_MAX])
{
	struct config_reader reader = {.text = text, .len = len, .name = name, .error = error};
	struct json_secret secret;
	json_error_t fault;
	json_t *root;
	int result;

	error[0] = '\0';
	result = check_text(&reader);
	if (result)
		return result;
	json_secret_begin(&secret);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
	result = root ? read_root(&reader, root, directory, out) : refuse_json(&reader, &fault);
	json_decref(root);
	json_secret_end(&secret);
	return result;
}

void config_wipe_keys(struct config *config)
{
	for (size_t i = 0; i < config->sa_count; i++)
		secret_wipe_bytes(&config->sas[i].key, sizeof(config->sas[i].key));
}

static const char *file_fault(int error)
{
	if (error == -EISDIR)
		return "is a directory";
	if (error == -EFBIG)
		return "has more than 1 MiB";
	return error == -EINVAL ? "is no ordinary file" : strerror(-error);
}

int config_load(const char *path, struct config *out, char error[CONFIG_ERROR_MAX])
{
	const char *slash = strrchr(path, '/');
	char *text, *directory;
	size_t len;
	int result = config_file_read(path, &text, &len);

	if (result) {
		snprintf(error, CONFIG_ERROR_MAX,
			"%.1024s: %s; allowed: a readable JSON file of at most 1 MiB", path,
			file_fault(result));
		return result;
	}
	if (slash)
		directory = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	else
		directory = strdup(".");
	if (directory) {
		result = config_parse(text, len, path, directory, out, error);
	} else {
		snprintf(error, CONFIG_ERROR_MAX, "out of memory; allowed: more memory");
		result = -ENOMEM;
	}
	free(directory);
	secret_wipe_bytes(text, len);
	free(text);
	return result;
}
