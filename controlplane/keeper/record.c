/* SPDX-License-Identifier: BSD-3-Clause */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"

#define NO_TEXT UINT32_MAX /* for a length */

/* NULL: no memory. */
static uint8_t *grow(struct record *record, size_t len)
{
	size_t wanted = record->len + len;

	if (record->failed)
		return NULL;
	if (wanted > record->room) {
		size_t room = wanted + record->room + 64;
		uint8_t *grown = realloc(record->octets, room);

		if (!grown) {
			record->failed = true;
			return NULL;
		}
		record->octets = grown;
		record->room = room;
	}
	record->len = wanted;
	return record->octets + wanted - len;
}

static void put(struct record *record, const void *octets, size_t len)
{
	uint8_t *at = grow(record, len);

	if (at && len > 0)
		memcpy(at, octets, len);
}

void record_put_u32(struct record *record, uint32_t value)
{
	uint8_t *at = grow(record, sizeof(value));

	if (at)
		bytes_store_be32(at, value);
}

void record_put_u64(struct record *record, uint64_t value)
{
	record_put_u32(record, (uint32_t)(value >> 32));
	record_put_u32(record, (uint32_t)value);
}

void record_put_text(struct record *record, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (len >= NO_TEXT) {
		record->failed = true;
		return;
	}
	record_put_u32(record, text ? (uint32_t)len : NO_TEXT);
	put(record, text, len);
}

void record_put_address(struct record *record, const struct net_address *address)
{
	record_put_u32(record, address->family);
	put(record, address->bytes, sizeof(address->bytes));
}

void record_begin(struct record *record)
{
	record->len = 0;
	record->failed = false;
}

void record_free(struct record *record)
{
	free(record->octets);
	*record = (struct record){.len = 0};
}

/* NULL: so much is not left. */
static const uint8_t *take(struct record_reader *reader, size_t len)
{
	const uint8_t *at = reader->at;

	if (reader->failed || len > reader->left) {
		reader->failed = true;
		return NULL;
	}
	reader->at += len;
	reader->left -= len;
	return at;
}

uint32_t record_get_u32(struct record_reader *reader)
{
	const uint8_t *at = take(reader, sizeof(uint32_t));

	return at ? bytes_load_be32(at) : 0;
}

uint64_t record_get_u64(struct record_reader *reader)
{
	uint64_t high = record_get_u32(reader);

	return high << 32 | record_get_u32(reader);
}

uint32_t record_get_at_most(struct record_reader *reader, uint32_t max)
{
	uint32_t value = record_get_u32(reader);

	if (value <= max)
		return value;
	reader->failed = true;
	return 0;
}

char *record_get_text(struct record_reader *reader)
{
	uint32_t len = record_get_u32(reader);
	const uint8_t *at;
	char *text;

	if (reader->failed || len == NO_TEXT)
		return NULL;
	at = take(reader, len);
	if (!at)
		return NULL;
	/* A NUL inside would be another text than was put. */
	text = memchr(at, '\0', len) ? NULL : strndup((const char *)at, len);
	reader->failed = !text;
	return text;
}

void record_get_address(struct record_reader *reader, struct net_address *out)
{
	uint32_t family = record_get_u32(reader);
	const uint8_t *at = take(reader, sizeof(out->bytes));

	*out = (struct net_address){.family = NET_NONE};
	if (!at || (family != NET_IPV4 && family != NET_IPV6)) {
		reader->failed = true;
		return;
	}
	out->family = (uint8_t)family;
	memcpy(out->bytes, at, sizeof(out->bytes));
}
