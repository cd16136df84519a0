/* SPDX-License-Identifier: BSD-3-Clause */
#include "config_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

#define POINTER_MAX 256
#define ALLOWED_MAX 512
#define QUOTED_MAX  64

__attribute__((format(printf, 5, 0))) static int refuse(struct config_reader *reader, size_t offset,
	const char *pointer, const char *allowed, const char *format, va_list arguments)
{
	const char *prefix = reader->prefix ? reader->prefix : "";
	unsigned line, column;
	int len;

	json_position_line(reader->text, offset, &line, &column);
	if (line == 1)
		column += reader->columns_before;
	line += reader->lines_before;
	if (prefix[0] && pointer[0] != '/')
		pointer = "";
	len = snprintf(reader->error, CONFIG_ERROR_MAX, "%.512s:%u:%u: %s%s: ", reader->name, line,
		column, prefix, pointer);
	len += vsnprintf(reader->error + len, CONFIG_ERROR_MAX - (size_t)len, format, arguments);
	if (len < CONFIG_ERROR_MAX)
		snprintf(reader->error + len, CONFIG_ERROR_MAX - (size_t)len, "; allowed: %s",
			allowed);
	/* What came from the file may hold anything: the error stays one line. */
	for (char *c = reader->error; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -EINVAL;
}

int config_reader_refuse_at(struct config_reader *reader, size_t offset, const char *pointer,
	const char *allowed, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	refuse(reader, offset, pointer, allowed, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

int config_reader_refuse(
	struct config_reader *reader, bool key, const char *allowed, const char *format, ...)
{
	size_t offset = json_position_find(reader->text, reader->len, &reader->path, key);
	char pointer[POINTER_MAX];
	va_list arguments;

	json_position_pointer(&reader->path, pointer, sizeof(pointer));
	va_start(arguments, format);
	refuse(reader, offset, pointer, allowed, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

static void enter(struct config_reader *reader, const char *key, size_t index)
{
	reader->path.steps[reader->path.depth++] = (struct json_step){key, index};
}

static void leave(struct config_reader *reader)
{
	reader->path.depth--;
}

void config_reader_go(struct config_reader *reader, const char *format, ...)
{
	va_list arguments;
	char *rest;

	va_start(arguments, format);
	vsnprintf(reader->place, sizeof(reader->place), format, arguments);
	va_end(arguments);
	reader->path.depth = 0;
	for (char *token = strtok_r(reader->place, "/", &rest); token;
		token = strtok_r(NULL, "/", &rest)) {
		bool is_index = token[strspn(token, "0123456789")] == '\0';

		enter(reader, is_index ? NULL : token, is_index ? strtoul(token, NULL, 10) : 0);
	}
}

static const char *type_name(const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "an integer";
	case JSON_REAL:
		return "a number with a fraction or an exponent";
	case JSON_TRUE:
	case JSON_FALSE:
		return "a boolean";
	case JSON_NULL:
		break;
	}
	return "null";
}

struct quoted {
	char text[QUOTED_MAX + sizeof("\"\"…")];
};

/* The beginning of a string, cut between two characters. */
static struct quoted quote(const json_t *value)
{
	const char *text = json_is_string(value) ? json_string_value(value) : "";
	size_t len = strlen(text), part = len < QUOTED_MAX ? len : QUOTED_MAX;
	struct quoted quoted;

	while (part < len && part > 0 && ((unsigned char)text[part] & 0xc0) == 0x80)
		part--;
	snprintf(quoted.text, sizeof(quoted.text), "\"%.*s\"%s", (int)part, text,
		part < len ? "…" : "");
	return quoted;
}

/* Adds a word to a list "a, b, c". */
static void add_word(char list[ALLOWED_MAX], const char *word)
{
	size_t len = strlen(list);

	snprintf(list + len, ALLOWED_MAX - len, "%s%s", len > 0 ? ", " : "", word);
}

/* What a rule allows, in words. */
static void describe(const struct config_rule *rule, char out[ALLOWED_MAX])
{
	char step[48] = "";

	out[0] = '\0';
	switch (rule->kind) {
	case CONFIG_INTEGER:
		if (rule->step > 0)
			snprintf(step, sizeof(step), ", a multiple of %" PRId64, rule->step);
		snprintf(out, ALLOWED_MAX, "an integer from %" PRId64 " to %" PRId64 "%s",
			rule->min, rule->max, step);
		break;
	case CONFIG_ARRAY:
		if (rule->min == rule->max)
			snprintf(out, ALLOWED_MAX, "an array of %" PRId64 " item%s", rule->min,
				rule->min == 1 ? "" : "s");
		else
			snprintf(out, ALLOWED_MAX, "an array of %" PRId64 " to %" PRId64 " items",
				rule->min, rule->max);
		break;
	case CONFIG_CHOICE:
		for (unsigned i = 0; rule->choices[i]; i++)
			add_word(out, rule->choices[i]);
		break;
	case CONFIG_TEXT:
		snprintf(out, ALLOWED_MAX, "%s: %s", rule->noun, rule->allowed);
		break;
	case CONFIG_OBJECT:
	case CONFIG_VARIANT:
		snprintf(out, ALLOWED_MAX, "an object");
		break;
	}
}

static int refuse_type(
	struct config_reader *reader, const json_t *value, const struct config_rule *rule)
{
	char allowed[ALLOWED_MAX];

	describe(rule, allowed);
	return config_reader_refuse(reader, false, allowed, "is %s", type_name(value));
}

static int read_integer(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, void *out)
{
	json_int_t number = json_integer_value(value);
	char allowed[ALLOWED_MAX];

	describe(rule, allowed);
	if (!json_is_integer(value))
		return refuse_type(reader, value, rule);
	if (number < rule->min || number > rule->max)
		return config_reader_refuse(
			reader, false, allowed, "%" JSON_INTEGER_FORMAT " is out of range", number);
	if (rule->step > 0 && number % rule->step != 0)
		return config_reader_refuse(reader, false, allowed,
			"%" JSON_INTEGER_FORMAT " is no multiple of %" PRId64, number, rule->step);
	if (rule->size == sizeof(uint16_t))
		*(uint16_t *)out = (uint16_t)number;
	else
		*(uint32_t *)out = (uint32_t)number;
	return 0;
}

static int read_choice(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, void *out)
{
	char allowed[ALLOWED_MAX];

	for (unsigned i = 0; rule->choices[i]; i++) {
		json_t *choice = json_loads(rule->choices[i], JSON_DECODE_ANY, NULL);
		bool equal = choice && json_equal(choice, value);

		json_decref(choice);
		if (equal) {
			*(unsigned *)out = i;
			return 0;
		}
	}
	describe(rule, allowed);
	if (!json_is_string(value))
		return config_reader_refuse(reader, false, allowed, "is %s", type_name(value));
	return config_reader_refuse(
		reader, false, allowed, "%s is none of the choices", quote(value).text);
}

static int read_text(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, void *out)
{
	if (!json_is_string(value))
		return refuse_type(reader, value, rule);
	if (rule->parse(json_string_value(value), out, rule->size))
		return 0;
	if (rule->secret)
		return config_reader_refuse(reader, false, rule->allowed, "is not %s", rule->noun);
	return config_reader_refuse(
		reader, false, rule->allowed, "%s is not %s", quote(value).text, rule->noun);
}

static int read_items(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, uint8_t *out)
{
	const size_t size = rule->size;
	size_t index;
	json_t *item;
	int error;

	json_array_foreach(value, index, item)
	{
		enter(reader, NULL, index);
		error = config_reader_value(reader, item, rule->item, out + index * size);
		for (size_t i = 0; !error && i < index; i++)
			if (memcmp(out + i * size, out + index * size, size) == 0)
				error = config_reader_refuse(reader, false,
					"items that differ from each other",
					"is the same as item %zu", i);
		leave(reader);
		if (error)
			return error;
	}
	return 0;
}

/* struct_at: the C struct that the array is a member of; out: the array. */
static int read_array(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, uint8_t *struct_at, uint8_t *out)
{
	size_t count = json_array_size(value);
	char allowed[ALLOWED_MAX];

	if (!json_is_array(value))
		return refuse_type(reader, value, rule);
	describe(rule, allowed);
	if (count < (size_t)rule->min || count > (size_t)rule->max)
		return config_reader_refuse(
			reader, false, allowed, "has %zu item%s", count, count == 1 ? "" : "s");
	memcpy(struct_at + rule->count_offset, &count, sizeof(count));
	return read_items(reader, value, rule, out);
}

static int read_member(struct config_reader *reader, const json_t *object,
	const struct config_member *member, uint8_t *out)
{
	json_t *value = json_object_get(object, member->name);
	char allowed[ALLOWED_MAX];
	json_t *fallback = NULL;
	int error;

	if (!value && !member->fallback) {
		describe(&member->rule, allowed);
		return config_reader_refuse(reader, false, allowed, "is missing");
	}
	if (!value && !member->fallback[0])
		return 0;
	if (!value)
		value = fallback = json_loads(member->fallback, JSON_DECODE_ANY, NULL);
	if (!value)
		return config_reader_refuse(reader, false, "more memory", "out of memory");
	if (member->rule.kind == CONFIG_ARRAY)
		error = read_array(reader, value, &member->rule, out, out + member->offset);
	else
		error = config_reader_value(reader, value, &member->rule, out + member->offset);
	json_decref(fallback);
	return error;
}

static bool knows(const struct config_member *members, const char *key)
{
	while (members->name && strcmp(members->name, key) != 0)
		members++;
	return members->name != NULL;
}

/* members: those of rule, or of the variant of it that object is. */
static int refuse_unknown_keys(struct config_reader *reader, const json_t *object,
	const struct config_rule *rule, const struct config_member *members)
{
	char allowed[ALLOWED_MAX] = "", kinds[ALLOWED_MAX] = "";
	const char *key;
	json_t *value;
	int error;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		if (knows(members, key))
			continue;
		for (; members->name; members++)
			add_word(allowed, members->name);
		for (unsigned i = 0; rule->kind == CONFIG_VARIANT && rule->choices[i]; i++)
			if (knows(rule->variants[i], key))
				add_word(kinds, rule->choices[i]);
		enter(reader, key, 0);
		error = config_reader_refuse(reader, true, allowed, "%s%s",
			kinds[0] ? "is for kind " : "unknown key", kinds);
		leave(reader);
		return error;
	}
	return 0;
}

static int read_object(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, const struct config_member *members, void *out)
{
	int error = refuse_unknown_keys(reader, value, rule, members);

	for (const struct config_member *member = members; !error && member->name; member++) {
		enter(reader, member->name, 0);
		error = read_member(reader, value, member, out);
		leave(reader);
	}
	return error;
}

static int read_variant(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, void *out)
{
	const struct config_rule choice = {.kind = CONFIG_CHOICE, .choices = rule->choices};
	const json_t *kind = json_object_get(value, "kind");
	char allowed[ALLOWED_MAX];
	unsigned index = 0;
	int error;

	describe(&choice, allowed);
	enter(reader, "kind", 0);
	if (kind)
		error = read_choice(reader, kind, &choice, &index);
	else
		error = config_reader_refuse(reader, false, allowed, "is missing");
	leave(reader);
	return error ? error : read_object(reader, value, rule, rule->variants[index], out);
}

int config_reader_value(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, void *out)
{
	switch (rule->kind) {
	case CONFIG_INTEGER:
		return read_integer(reader, value, rule, out);
	case CONFIG_CHOICE:
		return read_choice(reader, value, rule, out);
	case CONFIG_TEXT:
		return read_text(reader, value, rule, out);
	case CONFIG_OBJECT:
	case CONFIG_VARIANT:
		if (!json_is_object(value))
			return refuse_type(reader, value, rule);
		if (rule->kind == CONFIG_OBJECT)
			return read_object(reader, value, rule, rule->members, out);
		return read_variant(reader, value, rule, out);
	case CONFIG_ARRAY: /* a member of an object only: read_member */
		break;
	}
	return config_reader_refuse(reader, false, "another kind", "is of no kind");
}
