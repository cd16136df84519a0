/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads a JSON value into C as a rule says; the rules of the whole file are in config_table.c. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json_position.h"

enum config_kind {
	CONFIG_OBJECT,
	CONFIG_VARIANT, /* an object whose member "kind" is a choice of which members it has */
	CONFIG_ARRAY,
	CONFIG_INTEGER,
	CONFIG_CHOICE,
	CONFIG_TEXT,
};

struct config_rule {
	enum config_kind kind;
	size_t size; /* of the C object; of an array: of one item */
	/* integer: its value, a multiple of step where that is not 0; array: its number of items */
	int64_t min, max, step;
	/* array: all items differ; their number goes to a size_t at count_offset of the struct */
	const struct config_rule *item;
	size_t count_offset;
	/* choice: JSON texts, NULL behind the last; the index becomes the value of an enum */
	const char *const *choices;
	/* text: false where it is not what noun says; writes out[0 .. size) */
	bool (*parse)(const char *text, void *out, size_t size);
	bool secret;                         /* text: no fault quotes it */
	const char *noun;                    /* text: "a host name" */
	const char *allowed;                 /* text */
	const struct config_member *members; /* object; name NULL behind the last */
	/* variant: the members (with "kind" itself) for each of choices */
	const struct config_member *const *variants;
};

struct config_member {
	const char *name;
	struct config_rule rule;
	size_t offset;        /* in the C struct of the object */
	const char *fallback; /* JSON text of the default; NULL: required; "": config_derive.c */
};

struct config_reader {
	const char *text; /* the whole file */
	size_t len;
	const char *name; /* of the file */
	/* text is a part of the file: what stands in front of it, and its pointer; "": none */
	unsigned lines_before, columns_before;
	const char *prefix;
	struct json_path path;
	char place[64]; /* the path's names, after config_reader_go */
	char *error;    /* CONFIG_ERROR_MAX */
};

/* 0, or -EINVAL with the reader's error set. */
int config_reader_value(struct config_reader *reader, const json_t *value,
	const struct config_rule *rule, void *out) __attribute__((warn_unused_result));

/* Says what is wrong with the value (or the key) at the reader's path. Always -EINVAL. */
int config_reader_refuse(struct config_reader *reader, bool key, const char *allowed,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The same at an offset, for a pointer. */
int config_reader_refuse_at(struct config_reader *reader, size_t offset, const char *pointer,
	const char *allowed, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Makes a pointer from our own tables ("/pcscf/client_ports/2") the reader's path. */
void config_reader_go(struct config_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
