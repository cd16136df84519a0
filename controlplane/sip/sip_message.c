/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_message.h"

#include <errno.h>

#include "sip_header.h"
#include "sip_message_open.h"

/* Room that a message usually takes beside its own octets: rows and edited values. */
#define SLACK ((size_t)3072)

int sip_message_open(size_t len, struct sip_message **out)
{
	struct sip_arena arena = {.blocks = NULL};
	struct sip_message *message;

	if (sip_arena_open(&arena, sizeof(*message) + len + SLACK))
		return -ENOMEM;
	message = sip_arena_alloc(&arena, sizeof(*message));
	*message = (struct sip_message){.is_request = false};
	message->arena = arena;
	*out = message;
	return 0;
}

static bool is_uri_text(struct sip_text uri)
{
	return uri.len > 0 && sip_text_is_clean(uri) && !memchr(uri.at, ' ', uri.len) &&
	       !memchr(uri.at, '\t', uri.len);
}

int sip_message_create_request(
	struct sip_text method, struct sip_text request_uri, struct sip_message **out)
{
	struct sip_message *message;

	if (!sip_text_is_token(method) || !is_uri_text(request_uri))
		return -EINVAL;
	if (sip_message_open(method.len + request_uri.len, &message))
		return -ENOMEM;
	message->is_request = true;
	message->method = sip_method_of(method);
	message->version = sip_text("SIP/2.0");
	if (sip_arena_copy(&message->arena, method, &message->method_name) ||
		sip_arena_copy(&message->arena, request_uri, &message->request_uri)) {
		sip_message_destroy(message);
		return -ENOMEM;
	}
	*out = message;
	return 0;
}

int sip_message_create_response(unsigned status, struct sip_text reason, struct sip_message **out)
{
	struct sip_message *message;

	if (status < 100 || status > 699 || !sip_text_is_clean(reason))
		return -EINVAL;
	if (sip_message_open(reason.len, &message))
		return -ENOMEM;
	message->status = status;
	message->version = sip_text("SIP/2.0");
	if (sip_arena_copy(&message->arena, reason, &message->reason)) {
		sip_message_destroy(message);
		return -ENOMEM;
	}
	*out = message;
	return 0;
}

/* The octets that the texts of a message take, about. */
static size_t text_len(const struct sip_message *message)
{
	size_t len = message->method_name.len + message->request_uri.len + message->reason.len +
		     message->version.len + message->body.len;

	for (const struct sip_header *header = message->first; header; header = header->next)
		len += header->name.len + header->value.len + sizeof(*header);
	return len;
}

static int copy_start_line(const struct sip_message *from, struct sip_message *to)
{
	struct sip_arena *arena = &to->arena;

	to->is_request = from->is_request;
	to->method = from->method;
	to->status = from->status;
	to->flow = from->flow;
	to->defect = from->defect;
	if (sip_arena_copy(arena, from->method_name, &to->method_name) ||
		sip_arena_copy(arena, from->request_uri, &to->request_uri) ||
		sip_arena_copy(arena, from->reason, &to->reason) ||
		sip_arena_copy(arena, from->version, &to->version) ||
		sip_arena_copy(arena, from->body, &to->body))
		return -ENOMEM;
	return 0;
}

int sip_message_clone(const struct sip_message *message, struct sip_message **out)
{
	struct sip_message *clone;

	if (sip_message_open(text_len(message), &clone))
		return -ENOMEM;
	if (copy_start_line(message, clone))
		goto destroy_clone;
	for (const struct sip_header *header = message->first; header; header = header->next) {
		struct sip_text name, value;

		if (sip_arena_copy(&clone->arena, header->name, &name) ||
			sip_arena_copy(&clone->arena, header->value, &value) ||
			sip_message_append(clone, header->id, name, value))
			goto destroy_clone;
	}
	*out = clone;
	return 0;

destroy_clone:
	sip_message_destroy(clone);
	return -ENOMEM;
}

int sip_message_set_request_uri(struct sip_message *message, struct sip_text uri)
{
	if (!message->is_request || !is_uri_text(uri))
		return -EINVAL;
	return sip_arena_copy(&message->arena, uri, &message->request_uri);
}

int sip_message_set_body(
	struct sip_message *message, struct sip_text content_type, struct sip_text body)
{
	struct sip_text copy;
	int error;

	if (body.len > SIP_MESSAGE_MAX)
		return -E2BIG;
	error = sip_arena_copy(&message->arena, body, &copy);
	if (error)
		return error;
	if (content_type.len > 0) {
		error = sip_header_set(message, SIP_HEADER_CONTENT_TYPE, content_type);
		if (error)
			return error;
	} else {
		sip_header_remove_all(message, SIP_HEADER_CONTENT_TYPE);
	}
	message->body = copy;
	return 0;
}

void sip_message_destroy(struct sip_message *message)
{
	struct sip_arena arena;

	if (!message)
		return;
	arena = message->arena; /* the message lies in its own arena */
	sip_arena_release(&arena);
}
