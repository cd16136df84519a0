/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_header.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "sip_message_open.h"

struct sip_header *sip_header_find(const struct sip_message *message, enum sip_header_id id)
{
	for (struct sip_header *header = message->first; header; header = header->next)
		if (header->id == id)
			return header;
	return NULL;
}

struct sip_header *sip_header_find_next(const struct sip_header *header)
{
	for (struct sip_header *next = header->next; next; next = next->next)
		if (next->id == header->id)
			return next;
	return NULL;
}

struct sip_header *sip_header_find_name(
	const struct sip_message *message, struct sip_text name, const struct sip_header *after)
{
	enum sip_header_id id = sip_header_name_id(name);
	struct sip_header *header = after ? after->next : message->first;

	for (; header; header = header->next)
		if (header->id == id &&
			(id != SIP_HEADER_OTHER || sip_text_equal_nocase(header->name, name)))
			return header;
	return NULL;
}

struct sip_text sip_header_value(const struct sip_message *message, enum sip_header_id id)
{
	const struct sip_header *header = sip_header_find(message, id);

	return header ? header->value : (struct sip_text){.at = "", .len = 0};
}

/* Links the row in front of another one, NULL: at the end. */
static void link_before(
	struct sip_message *message, struct sip_header *header, struct sip_header *before)
{
	header->next = before;
	header->previous = before ? before->previous : message->last;
	if (header->previous)
		header->previous->next = header;
	else
		message->first = header;
	if (before)
		before->previous = header;
	else
		message->last = header;
	message->header_count++;
}

static int make(struct sip_message *message, enum sip_header_id id, struct sip_text name,
	struct sip_text value, struct sip_header **out)
{
	struct sip_header *header;

	if (message->header_count >= SIP_HEADERS_MAX)
		return -E2BIG;
	header = sip_arena_alloc(&message->arena, sizeof(*header));
	if (!header)
		return -ENOMEM;
	*header = (struct sip_header){.id = id, .name = name, .value = value};
	*out = header;
	return 0;
}

int sip_message_append(struct sip_message *message, enum sip_header_id id, struct sip_text name,
	struct sip_text value)
{
	struct sip_header *header;
	int error = make(message, id, name, value, &header);

	if (!error)
		link_before(message, header, NULL);
	return error;
}

static int copy_value(struct sip_message *message, struct sip_text value, struct sip_text *out)
{
	value = sip_text_trim(value);
	if (!sip_text_is_clean(value))
		return -EINVAL;
	return sip_arena_copy(&message->arena, value, out);
}

int sip_header_add_top(struct sip_message *message, enum sip_header_id id, struct sip_text value)
{
	struct sip_header *header, *before = sip_header_find(message, id);
	int error = copy_value(message, value, &value);

	if (!error)
		error = make(message, id, sip_text(sip_header_name(id)), value, &header);
	if (!error)
		link_before(message, header, before ? before : message->first);
	return error;
}

int sip_header_add(struct sip_message *message, enum sip_header_id id, struct sip_text value)
{
	int error = copy_value(message, value, &value);

	return error ? error
		     : sip_message_append(message, id, sip_text(sip_header_name(id)), value);
}

int sip_header_add_format(
	struct sip_message *message, enum sip_header_id id, const char *format, ...)
{
	va_list arguments;
	char *text;
	int len;

	va_start(arguments, format);
	len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (len < 0)
		return -EINVAL;
	text = sip_arena_alloc(&message->arena, (size_t)len + 1);
	if (!text)
		return -ENOMEM;
	va_start(arguments, format);
	vsnprintf(text, (size_t)len + 1, format, arguments);
	va_end(arguments);
	return sip_header_add(message, id, (struct sip_text){text, (size_t)len});
}

int sip_header_add_name(struct sip_message *message, struct sip_text name, struct sip_text value)
{
	struct sip_text own_name;
	int error;

	if (!sip_text_is_token(name))
		return -EINVAL;
	error = copy_value(message, value, &value);
	if (!error)
		error = sip_arena_copy(&message->arena, name, &own_name);
	if (!error)
		error = sip_message_append(message, sip_header_name_id(name), own_name, value);
	return error;
}

int sip_header_replace(
	struct sip_message *message, struct sip_header *header, struct sip_text value)
{
	struct sip_text copy;
	int error = copy_value(message, value, &copy);

	if (!error)
		header->value = copy;
	return error;
}

int sip_header_set(struct sip_message *message, enum sip_header_id id, struct sip_text value)
{
	struct sip_header *header = sip_header_find(message, id), *other;
	int error;

	if (!header)
		return sip_header_add(message, id, value);
	error = sip_header_replace(message, header, value);
	if (error)
		return error;
	while ((other = sip_header_find_next(header)))
		sip_header_remove(message, other);
	return 0;
}

void sip_header_remove(struct sip_message *message, struct sip_header *header)
{
	if (header->previous)
		header->previous->next = header->next;
	else
		message->first = header->next;
	if (header->next)
		header->next->previous = header->previous;
	else
		message->last = header->previous;
	message->header_count--;
}

void sip_header_remove_all(struct sip_message *message, enum sip_header_id id)
{
	struct sip_header *header;

	while ((header = sip_header_find(message, id)))
		sip_header_remove(message, header);
}

int sip_header_copy_all(
	const struct sip_message *from, enum sip_header_id id, struct sip_message *to)
{
	for (const struct sip_header *header = sip_header_find(from, id); header;
		header = sip_header_find_next(header)) {
		int error = sip_header_add(to, id, header->value);

		if (error)
			return error;
	}
	return 0;
}
