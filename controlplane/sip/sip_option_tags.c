/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_option_tags.h"

#include <errno.h>

#include "sip_list.h"

bool sip_option_tags_contain(
	const struct sip_message *message, enum sip_header_id id, const char *tag)
{
	struct sip_list_item item;
	struct sip_text wanted = sip_text(tag);

	for (sip_list_start(&item, message, id); sip_list_next(&item);)
		if (sip_text_equal_nocase(item.value, wanted))
			return true;
	return false;
}

int sip_option_tags_add(struct sip_message *message, enum sip_header_id id, const char *tag)
{
	struct sip_header *last = sip_header_find(message, id), *next;
	struct sip_text whole, wanted = sip_text(tag);
	char *text;

	if (sip_option_tags_contain(message, id, tag))
		return 0;
	if (!sip_text_is_token(wanted))
		return -EINVAL;
	if (!last)
		return sip_header_add(message, id, wanted);
	while ((next = sip_header_find_next(last)))
		last = next;
	if (last->value.len == 0)
		return sip_header_replace(message, last, wanted);
	whole.len = last->value.len + 2 + wanted.len;
	text = sip_arena_alloc(&message->arena, whole.len);
	if (!text)
		return -ENOMEM;
	memcpy(text, last->value.at, last->value.len);
	memcpy(text + last->value.len, ", ", 2);
	memcpy(text + last->value.len + 2, wanted.at, wanted.len);
	whole.at = text;
	last->value = whole;
	return 0;
}

/* One row without the tag: written anew only where the tag is in it. */
static int remove_from_row(
	struct sip_message *message, struct sip_header *header, struct sip_text unwanted)
{
	struct sip_list_item item;
	bool found = false;
	size_t len = 0;
	char *text;

	for (sip_list_start_text(&item, header->value); sip_list_next(&item);)
		found |= sip_text_equal_nocase(item.value, unwanted);
	if (!found)
		return 0;
	text = sip_arena_alloc(&message->arena, 2 * header->value.len);
	if (!text)
		return -ENOMEM;
	for (sip_list_start_text(&item, header->value); sip_list_next(&item);) {
		if (sip_text_equal_nocase(item.value, unwanted))
			continue;
		if (len > 0) {
			memcpy(text + len, ", ", 2);
			len += 2;
		}
		memcpy(text + len, item.value.at, item.value.len);
		len += item.value.len;
	}
	header->value = (struct sip_text){text, len};
	if (len == 0)
		sip_header_remove(message, header);
	return 0;
}

int sip_option_tags_remove(struct sip_message *message, enum sip_header_id id, const char *tag)
{
	struct sip_header *header = sip_header_find(message, id);
	struct sip_text unwanted = sip_text(tag);

	while (header) {
		struct sip_header *next = sip_header_find_next(header);
		int error = remove_from_row(message, header, unwanted);

		if (error)
			return error;
		header = next;
	}
	return 0;
}
