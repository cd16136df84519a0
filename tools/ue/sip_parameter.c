/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists within a header row. */
#include "sip_parameter.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static struct sip_slice trimmed(struct sip_slice slice)
{
	while (slice.len > 0 && strchr(" \t", *slice.at)) {
		slice.at++;
		slice.len--;
	}
	while (slice.len > 0 && strchr(" \t", slice.at[slice.len - 1]))
		slice.len--;
	return slice;
}

bool sip_parameter_next(struct sip_slice *rest, char separator, struct sip_slice *out)
{
	bool quoted = false;
	size_t i;

	if (rest->len == 0)
		return false;
	for (i = 0; i < rest->len && (quoted || rest->at[i] != separator); i++) {
		if (rest->at[i] == '"')
			quoted = !quoted;
		else if (quoted && rest->at[i] == '\\' && i + 1 < rest->len)
			i++;
	}
	*out = trimmed((struct sip_slice){rest->at, i});
	if (i < rest->len)
		i++;
	rest->at += i;
	rest->len -= i;
	return true;
}

bool sip_parameter_find(
	struct sip_slice list, char separator, const char *name, struct sip_slice *out)
{
	size_t name_len = strlen(name);
	struct sip_slice one;

	while (sip_parameter_next(&list, separator, &one)) {
		const char *equals = memchr(one.at, '=', one.len);
		struct sip_slice key, value;

		if (!equals)
			continue;
		key = trimmed((struct sip_slice){one.at, (size_t)(equals - one.at)});
		if (key.len != name_len || strncasecmp(key.at, name, name_len))
			continue;
		value = trimmed(
			(struct sip_slice){equals + 1, (size_t)(one.at + one.len - equals - 1)});
		if (value.len >= 2 && *value.at == '"' && value.at[value.len - 1] == '"') {
			value.at++;
			value.len -= 2;
		}
		*out = value;
		return true;
	}
	return false;
}

int sip_parameter_number(struct sip_slice list, char separator, const char *name, uint32_t *out)
{
	struct sip_slice value;
	uint64_t number = 0;
	size_t i;

	if (!sip_parameter_find(list, separator, name, &value))
		return -ENOENT;
	if (value.len < 1 || value.len > 10)
		return -EINVAL;
	for (i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return -EINVAL;
		number = number * 10 + (uint64_t)(value.at[i] - '0');
	}
	if (number > UINT32_MAX)
		return -EINVAL;
	*out = (uint32_t)number;
	return 0;
}

bool sip_parameter_is(struct sip_slice value, const char *text)
{
	return value.len == strlen(text) && !strncasecmp(value.at, text, value.len);
}
