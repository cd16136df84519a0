/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_name_addr.h"

#include <errno.h>

#include "sip_param.h"

static bool params_are_good(struct sip_text params)
{
	struct sip_param param = {.rest = params};
	int more;

	while ((more = sip_param_next(&param)) > 0)
		continue;
	return more == 0;
}

/* Where the display name ends and "<" stands; value.len where there is none. */
static size_t bracket(struct sip_text value)
{
	size_t i = 0;

	if (value.len > 0 && value.at[0] == '"') {
		for (i = 1; i < value.len && value.at[i] != '"'; i++)
			if (value.at[i] == '\\')
				i++;
		i++;
		while (i < value.len && (value.at[i] == ' ' || value.at[i] == '\t'))
			i++;
		return i < value.len && value.at[i] == '<' ? i : value.len;
	}
	while (i < value.len && value.at[i] != '<' && value.at[i] != '"')
		i++;
	return i < value.len && value.at[i] == '<' ? i : value.len;
}

int sip_name_addr_parse(struct sip_arena *arena, struct sip_text value, struct sip_name_addr *out)
{
	struct sip_name_addr parts = {.display = {.at = "", .len = 0}};
	struct sip_text uri;
	size_t open, end;
	int error;

	value = sip_text_trim(value);
	open = bracket(value);
	if (open < value.len) {
		const char *close = memchr(value.at + open, '>', value.len - open);

		if (!close)
			return -EINVAL;
		parts.display = sip_text_trim((struct sip_text){value.at, open});
		uri = (struct sip_text){value.at + open + 1, (size_t)(close - value.at) - open - 1};
		end = (size_t)(close - value.at) + 1;
	} else {
		/* RFC 3261 §20: without <>, what follows ";" belongs to the header. */
		for (end = 0; end < value.len && value.at[end] != ';'; end++)
			continue;
		uri = sip_text_trim((struct sip_text){value.at, end});
		if (memchr(uri.at, '?', uri.len) || memchr(uri.at, ',', uri.len))
			return -EINVAL;
	}
	parts.params = sip_text_trim((struct sip_text){value.at + end, value.len - end});
	if (!params_are_good(parts.params))
		return -EINVAL;
	error = sip_uri_parse(arena, uri, &parts.uri);
	if (!error)
		*out = parts;
	return error;
}
