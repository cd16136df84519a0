/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads no more of reginfo+xml than the network writes: elements and quoted attributes. */
#include "reginfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands between begin and end; false where it is not there. */
static bool cut(struct sip_slice text, const char *begin, const char *end, struct sip_slice *out)
{
	const char *stop = text.at + text.len, *from, *to;

	from = memmem(text.at, text.len, begin, strlen(begin));
	if (!from)
		return false;
	from += strlen(begin);
	to = memmem(from, (size_t)(stop - from), end, strlen(end));
	if (!to)
		return false;
	*out = (struct sip_slice){from, (size_t)(to - from)};
	return true;
}

static void read_attribute(struct sip_slice tag, const char *name, char *out, size_t size)
{
	struct sip_slice value = {.len = 0};
	char begin[24];

	snprintf(begin, sizeof(begin), " %s=\"", name);
	(void)cut(tag, begin, "\"", &value);
	snprintf(out, size, "%.*s", (int)value.len, value.at ? value.at : "");
}

bool reginfo_find(struct sip_slice body, const char *where, struct reginfo_contact *out)
{
	const char *stop = body.at + body.len;
	struct sip_slice contact, uri;
	char expires[16];

	while (cut(body, "<contact", "</contact>", &contact)) {
		body = (struct sip_slice){
			contact.at + contact.len, (size_t)(stop - contact.at - contact.len)};
		if (!cut(contact, "<uri>", "</uri>", &uri) ||
			!memmem(uri.at, uri.len, where, strlen(where)))
			continue;
		contact.len = (size_t)(uri.at - contact.at);
		read_attribute(contact, "state", out->state, sizeof(out->state));
		read_attribute(contact, "event", out->event, sizeof(out->event));
		read_attribute(contact, "expires", expires, sizeof(expires));
		out->expires_s = (uint32_t)strtoul(expires, NULL, 10);
		return true;
	}
	return false;
}
