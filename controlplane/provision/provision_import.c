/* SPDX-License-Identifier: BSD-3-Clause */
#include "provision_import.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_secret.h"
#include "provision_reader.h"

/* 32 identities of 255 characters, written as \u escapes, have room. */
#define ELEMENT_MAX ((size_t)64 << 10)

struct import {
	const char *name;
	const struct aes128 *aes;
	struct subscriber_store *store;
	struct json_element element;
	struct subscriber subscriber;
	char *error;
};

static int fail(const struct import *import, int status, const char *what)
{
	snprintf(import->error, PROVISION_ERROR_MAX, "%.512s: %s", import->name, what);
	return status;
}

static int refuse_text(const struct import *import, const char *what)
{
	snprintf(import->error, PROVISION_ERROR_MAX, "%.512s:%u:%u: %s", import->name,
		import->element.line, import->element.column, what);
	return -EINVAL;
}

/* What has no end has a place where it went wrong, or is longer than anyone's. */
static int refuse_cut(const struct import *import)
{
	const struct provision_place place = {.name = import->name, .element = &import->element};

	if (provision_reader_syntax(import->name, &import->element, import->error) != 0)
		return -EINVAL;
	if (import->element.len > ELEMENT_MAX)
		return provision_fault(&place, false, import->error,
			"must not be longer than %zu octets", ELEMENT_MAX);
	return provision_fault_at(&place, import->element.len, import->error,
		"this is not JSON: the text ends too early");
}

static int refuse_event(const struct import *import, enum json_stream_event event)
{
	switch (event) {
	case JSON_STREAM_SHAPE:
		return refuse_text(import,
			"must be an object with one member, the array \"" PROVISION_MEMBER "\"");
	case JSON_STREAM_CUT:
		return refuse_cut(import);
	case JSON_STREAM_UNREAD:
		return fail(import, -errno, strerror(errno));
	default:
		return refuse_text(import, "this is not JSON");
	}
}

static int add(struct import *import)
{
	struct provision_place place = {.name = import->name, .element = &import->element};
	int conflict, status;

	status = provision_reader_subscriber(
		import->name, &import->element, import->aes, &import->subscriber, import->error);
	if (status != 0)
		return status;
	status = subscriber_write_add(import->store, &import->subscriber, &conflict);
	if (status == 0)
		return 0;
	if (status != -EEXIST)
		return fail(import, status, "the store failed");
	place.path.steps[0].key = conflict < 0 ? "impi" : "impus";
	place.path.steps[1].index = conflict < 0 ? 0 : (size_t)conflict;
	place.path.depth = conflict < 0 ? 1 : 2;
	return provision_fault(&place, false, import->error,
		conflict < 0 ? "occurs twice" : "belongs to another subscriber, or occurs twice");
}

static int add_all(struct import *import, struct json_stream *stream, uint64_t *count)
{
	enum json_stream_event event;

	for (*count = 0;; (*count)++) {
		int status;

		event = json_stream_next(stream, &import->element);
		if (event != JSON_STREAM_ELEMENT)
			break;
		status = add(import);
		if (status != 0)
			return status;
	}
	return event == JSON_STREAM_END ? 0 : refuse_event(import, event);
}

static int run(struct import *import, struct json_stream *stream, enum subscriber_write kind,
	const char *source, uint64_t *count)
{
	int status = subscriber_write_begin(import->store, kind);

	if (status == 0)
		status = add_all(import, stream, count);
	else
		fail(import, status,
			status == -EBUSY ? "another import is under way" : "the store failed");
	if (status != 0) {
		subscriber_write_abort(import->store);
		return status;
	}
	status = subscriber_write_commit(import->store, source);
	return status == 0 ? 0 : fail(import, status, "the store failed");
}

int provision_import(int fd, const char *name, const struct aes128 *aes,
	struct subscriber_store *store, enum subscriber_write kind, const char *source,
	uint64_t *count, char error[PROVISION_ERROR_MAX])
{
	struct import import = {.name = name, .aes = aes, .store = store, .error = error};
	struct json_stream *stream;
	struct json_secret secret;
	int status = json_stream_open(fd, PROVISION_MEMBER, ELEMENT_MAX, &stream);

	if (status != 0)
		return fail(&import, status, "out of memory");
	json_secret_begin(&secret);
	status = run(&import, stream, kind, source, count);
	json_secret_end(&secret);
	json_stream_close(stream);
	secret_wipe_bytes(&import.subscriber.keys, sizeof(import.subscriber.keys));
	return status;
}
