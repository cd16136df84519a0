/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_list.h"

#include <errno.h>

/* The place of the first comma that separates, or len. RFC 3261 §7.3.1, §25.1 */
static size_t value_end(struct sip_text text)
{
	bool quoted = false, bracketed = false;
	size_t i;

	for (i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (bracketed) {
			bracketed = c != '>';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '<') {
			bracketed = true;
		} else if (c == ',') {
			return i;
		}
	}
	return text.len;
}

void sip_list_start(
	struct sip_list_item *item, const struct sip_message *message, enum sip_header_id id)
{
	struct sip_header *header = sip_header_find(message, id);

	*item = (struct sip_list_item){.header = header};
	if (header)
		item->rest = header->value;
}

void sip_list_start_text(struct sip_list_item *item, struct sip_text text)
{
	*item = (struct sip_list_item){.rest = text};
}

bool sip_list_next(struct sip_list_item *item)
{
	for (;;) {
		size_t end;

		if (item->rest.len == 0) {
			item->header = item->header ? sip_header_find_next(item->header) : NULL;
			if (!item->header)
				return false;
			item->rest = item->header->value;
		}
		end = value_end(item->rest);
		item->value = sip_text_trim((struct sip_text){item->rest.at, end});
		if (end < item->rest.len)
			end++;
		item->rest.at += end;
		item->rest.len -= end;
		if (item->value.len > 0)
			return true;
	}
}

struct sip_text sip_list_top(const struct sip_message *message, enum sip_header_id id)
{
	struct sip_list_item item;

	sip_list_start(&item, message, id);
	return sip_list_next(&item) ? item.value : (struct sip_text){.at = "", .len = 0};
}

int sip_list_remove_top(struct sip_message *message, enum sip_header_id id)
{
	struct sip_list_item item, others;

	sip_list_start(&item, message, id);
	if (!sip_list_next(&item))
		return -ENOENT;
	sip_list_start_text(&others, item.rest);
	if (sip_list_next(&others))
		item.header->value = sip_text_trim(item.rest);
	else
		sip_header_remove(message, item.header);
	return 0;
}

int sip_list_replace_top(struct sip_message *message, enum sip_header_id id, struct sip_text value)
{
	struct sip_list_item item;
	struct sip_text whole;
	size_t len;
	char *text;

	sip_list_start(&item, message, id);
	if (!sip_list_next(&item))
		return -ENOENT;
	item.rest = sip_text_trim(item.rest);
	if (item.rest.len == 0)
		return sip_header_replace(message, item.header, value);
	if (!sip_text_is_clean(value) || value.len > SIP_MESSAGE_MAX)
		return -EINVAL;
	len = value.len + 2 + item.rest.len;
	text = sip_arena_alloc(&message->arena, len);
	if (!text)
		return -ENOMEM;
	memcpy(text, value.at, value.len);
	memcpy(text + value.len, ", ", 2);
	memcpy(text + value.len + 2, item.rest.at, item.rest.len);
	whole = (struct sip_text){text, len};
	item.header->value = whole;
	return 0;
}

int sip_list_join(const struct sip_message *message, enum sip_header_id id, char *out, size_t size)
{
	struct sip_list_item item;
	size_t len = 0;

	if (size == 0)
		return -ENOSPC;
	for (sip_list_start(&item, message, id); sip_list_next(&item);) {
		size_t separator = len > 0 ? 2 : 0;

		if (item.value.len + separator >= size - len)
			return -ENOSPC;
		memcpy(out + len, ", ", separator);
		memcpy(out + len + separator, item.value.at, item.value.len);
		len += separator + item.value.len;
	}
	out[len] = '\0';
	return 0;
}
