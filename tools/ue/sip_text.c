/* SPDX-License-Identifier: BSD-3-Clause */
/* A received SIP message, read in place. */
#include "sip_text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define VERSION "SIP/2.0 "

static struct sip_slice trimmed(const char *at, size_t len)
{
	while (len > 0 && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	return (struct sip_slice){at, len};
}

/* The row at *at, without its CRLF; false at the empty line that ends the header. */
static bool next_row(const struct sip_text *text, const char **at, struct sip_slice *out)
{
	const char *end = text->bytes.at + text->bytes.len;
	const char *stop = memmem(*at, (size_t)(end - *at), "\r\n", 2);

	if (!stop || stop == *at)
		return false;
	*out = (struct sip_slice){*at, (size_t)(stop - *at)};
	*at = stop + 2;
	return true;
}

int sip_text_parse(const char *bytes, size_t len, struct sip_text *out)
{
	const char *digits = bytes + strlen(VERSION);

	if (len > SIP_TEXT_MAX || memchr(bytes, 0, len) || !memmem(bytes, len, "\r\n\r\n", 4))
		return -EINVAL;
	out->bytes = (struct sip_slice){bytes, len};
	out->status = 0;
	if (len <= strlen(VERSION) + 4 || strncasecmp(bytes, VERSION, strlen(VERSION)))
		return memmem(bytes, len, " SIP/2.0\r\n", 10) ? 0 : -EINVAL;
	for (int i = 0; i < 3; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return -EINVAL;
		out->status = out->status * 10 + (digits[i] - '0');
	}
	return out->status >= 100 && out->status <= 699 ? 0 : -EINVAL;
}

bool sip_text_header(
	const struct sip_text *text, const char *name, unsigned nth, struct sip_slice *out)
{
	const char *at = text->bytes.at;
	size_t name_len = strlen(name);
	struct sip_slice row, found;

	if (!next_row(text, &at, &row))
		return false;
	while (next_row(text, &at, &row)) {
		const char *colon = memchr(row.at, ':', row.len);

		if (!colon)
			continue;
		found = trimmed(row.at, (size_t)(colon - row.at));
		if (found.len != name_len || strncasecmp(found.at, name, name_len) || nth-- > 0)
			continue;
		*out = trimmed(colon + 1, (size_t)(row.at + row.len - colon - 1));
		return true;
	}
	return false;
}

size_t sip_text_joined(const struct sip_text *text, const char *name, char *out, size_t cap)
{
	struct sip_slice value;
	size_t len = 0;
	unsigned n;

	for (n = 0; sip_text_header(text, name, n, &value); n++) {
		if (len + value.len + 3 > cap)
			return 0;
		if (n > 0) {
			memcpy(out + len, ", ", 2);
			len += 2;
		}
		memcpy(out + len, value.at, value.len);
		len += value.len;
	}
	if (len > 0)
		out[len] = '\0';
	return len;
}
