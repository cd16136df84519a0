/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_identities.h"

#include <errno.h>
#include <string.h>

size_t subscriber_identities_print(
	const struct subscriber_identities *identities, char out[SUBSCRIBER_IDENTITIES_TEXT_MAX])
{
	char *at = out;

	for (size_t i = 0; i < identities->count; i++) {
		const struct subscriber_identity *identity = &identities->items[i];
		size_t len = strlen(identity->impu);

		if (identity->set >= 10)
			*at++ = (char)('0' + identity->set / 10);
		*at++ = (char)('0' + identity->set % 10);
		*at++ = identity->barred ? '!' : ' ';
		memcpy(at, identity->impu, len);
		at += len;
		*at++ = '\n';
	}
	return (size_t)(at - out);
}

static int parse_line(const char *line, const char *end, struct subscriber_identity *out)
{
	size_t len;

	out->set = 0;
	for (; line < end && *line >= '0' && *line <= '9'; line++) {
		out->set = out->set * 10 + (unsigned)(*line - '0');
		if (out->set >= SUBSCRIBER_IDENTITIES_MAX)
			return -EINVAL;
	}
	if (line == end || (*line != '!' && *line != ' '))
		return -EINVAL;
	out->barred = *line++ == '!';
	len = (size_t)(end - line);
	if (len == 0 || len >= SUBSCRIBER_NAME_MAX || memchr(line, '\0', len))
		return -EINVAL;
	memcpy(out->impu, line, len);
	out->impu[len] = '\0';
	return 0;
}

int subscriber_identities_parse(const char *text, size_t len, struct subscriber_identities *out)
{
	const char *end = text + len;

	out->count = 0;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		if (!newline || out->count == SUBSCRIBER_IDENTITIES_MAX ||
			parse_line(text, newline, &out->items[out->count]) != 0)
			return -EINVAL;
		out->count++;
		text = newline + 1;
	}
	return out->count > 0 ? 0 : -EINVAL;
}
