/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_param.h"

#include <errno.h>

#define PARAMS_MAX 32 /* looked at for doubles: more are refused, the check is quadratic */

static size_t skip_space(struct sip_text text, size_t at)
{
	while (at < text.len && (text.at[at] == ' ' || text.at[at] == '\t'))
		at++;
	return at;
}

/* From behind the opening quote to the closing one; text.len where there is none. */
static size_t quoted_end(struct sip_text text, size_t at)
{
	while (at < text.len && text.at[at] != '"')
		at += text.at[at] == '\\' ? 2 : 1;
	return at < text.len ? at : text.len;
}

static bool is_value_char(char c)
{
	return (unsigned char)c > 0x20 && c != 0x7f && c != ';' && c != ',' && c != '"' &&
	       c != '<' && c != '>';
}

/* The value behind "=": sets it and returns where it ends, or 0 where there is none. */
static size_t read_value(struct sip_param *param, struct sip_text text, size_t at)
{
	size_t start = at;

	param->has_value = true;
	if (at < text.len && text.at[at] == '"') {
		start = at + 1;
		at = quoted_end(text, start);
		if (at == text.len)
			return 0;
		param->quoted = true;
		param->value = (struct sip_text){text.at + start, at - start};
		return at + 1;
	}
	while (at < text.len && is_value_char(text.at[at]))
		at++;
	param->value = (struct sip_text){text.at + start, at - start};
	return at > start ? at : 0;
}

int sip_param_next(struct sip_param *param)
{
	struct sip_text text = param->rest;
	size_t start = skip_space(text, 0), at, equals;

	*param = (struct sip_param){.rest = text};
	if (start == text.len)
		return 0;
	if (text.at[start] != ';')
		return -EINVAL;
	at = skip_space(text, start + 1);
	param->name.at = text.at + at;
	while (at < text.len && sip_text_is_token_char(text.at[at]))
		at++;
	param->name.len = (size_t)(text.at + at - param->name.at);
	if (param->name.len == 0)
		return -EINVAL;
	equals = skip_space(text, at);
	if (equals < text.len && text.at[equals] == '=') {
		at = read_value(param, text, skip_space(text, equals + 1));
		if (at == 0)
			return -EINVAL;
	}
	param->whole = (struct sip_text){text.at + start, at - start};
	at = skip_space(text, at);
	if (at < text.len && text.at[at] != ';')
		return -EINVAL;
	param->rest = (struct sip_text){text.at + at, text.len - at};
	return 1;
}

bool sip_param_find(struct sip_text params, const char *name, struct sip_text *out)
{
	struct sip_param param = {.rest = params};
	struct sip_text wanted = sip_text(name);

	while (sip_param_next(&param) > 0) {
		if (!sip_text_equal_nocase(param.name, wanted))
			continue;
		if (out)
			*out = param.value;
		return true;
	}
	return false;
}

bool sip_param_unique(struct sip_text params)
{
	struct sip_text seen[PARAMS_MAX];
	struct sip_param param = {.rest = params};
	size_t count = 0;
	int more;

	while ((more = sip_param_next(&param)) > 0) {
		if (count == PARAMS_MAX)
			return false;
		for (size_t i = 0; i < count; i++)
			if (sip_text_equal_nocase(seen[i], param.name))
				return false;
		seen[count++] = param.name;
	}
	return more == 0;
}
