/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_auth.h"

#include <errno.h>

static size_t skip_space(struct sip_text text, size_t at)
{
	while (at < text.len && (text.at[at] == ' ' || text.at[at] == '\t'))
		at++;
	return at;
}

/* Without the backslashes of quoted pairs, in the arena where there are any. */
static int resolve_escapes(struct sip_arena *arena, struct sip_text *value)
{
	struct sip_text raw = *value;
	size_t len = 0;
	char *text;

	if (raw.len == 0 || !memchr(raw.at, '\\', raw.len))
		return 0;
	text = sip_arena_alloc(arena, raw.len);
	if (!text)
		return -ENOMEM;
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.at[i] == '\\' && i + 1 < raw.len)
			i++;
		text[len++] = raw.at[i];
	}
	*value = (struct sip_text){text, len};
	return 0;
}

static bool is_unquoted_char(char c)
{
	return (unsigned char)c > 0x20 && c != 0x7f && c != ',' && c != '"' && c != '\\';
}

/* name "=" (token / quoted-string) from at on. Returns where it ends, or 0. */
static size_t read_param(struct sip_text text, size_t at, struct sip_auth_param *out)
{
	size_t start = at;

	while (at < text.len && sip_text_is_token_char(text.at[at]))
		at++;
	*out = (struct sip_auth_param){.name = {text.at + start, at - start}};
	at = skip_space(text, at);
	if (out->name.len == 0 || at == text.len || text.at[at] != '=')
		return 0;
	at = skip_space(text, at + 1);
	out->quoted = at < text.len && text.at[at] == '"';
	if (out->quoted) {
		out->value.at = text.at + ++at;
		while (at < text.len && text.at[at] != '"')
			at += text.at[at] == '\\' ? 2 : 1;
		if (at >= text.len)
			return 0;
		out->value.len = (size_t)(text.at + at - out->value.at);
		at++;
	} else {
		out->value.at = text.at + at;
		while (at < text.len && is_unquoted_char(text.at[at]))
			at++;
		out->value.len = (size_t)(text.at + at - out->value.at);
		if (out->value.len == 0)
			return 0;
	}
	out->whole = (struct sip_text){text.at + start, at - start};
	return at;
}

static const struct sip_auth_param *find(const struct sip_auth *auth, struct sip_text name)
{
	for (size_t i = 0; i < auth->count; i++)
		if (sip_text_equal_nocase(auth->params[i].name, name))
			return &auth->params[i];
	return NULL;
}

/* arena NULL: values stay as written, for those who look at names and places only. */
static int read_auth(struct sip_arena *arena, struct sip_text text, struct sip_auth *out)
{
	size_t at = 0;

	out->count = 0;
	while (at < text.len && sip_text_is_token_char(text.at[at]))
		at++;
	out->scheme = (struct sip_text){text.at, at};
	if (!sip_text_equal_nocase(out->scheme, sip_text("Digest")) || at == text.len ||
		skip_space(text, at) == at)
		return -EINVAL;
	for (;;) {
		struct sip_auth_param param;
		int error;

		at = read_param(text, skip_space(text, at), &param);
		if (at == 0 || find(out, param.name))
			return -EINVAL;
		if (out->count == SIP_AUTH_PARAMS_MAX)
			return -E2BIG;
		error = arena ? resolve_escapes(arena, &param.value) : 0;
		if (error)
			return error;
		out->params[out->count++] = param;
		at = skip_space(text, at);
		if (at == text.len)
			return 0;
		if (text.at[at++] != ',')
			return -EINVAL;
	}
}

int sip_auth_parse(
	struct sip_message *message, const struct sip_header *header, struct sip_auth *out)
{
	return read_auth(&message->arena, header->value, out);
}

bool sip_auth_find(const struct sip_auth *auth, const char *name, struct sip_text *value)
{
	const struct sip_auth_param *param = find(auth, sip_text(name));

	if (param && value)
		*value = param->value;
	return param != NULL;
}

/* The row's text with [from, to) replaced. */
static int splice(struct sip_message *message, struct sip_header *header, const char *from,
	const char *to, struct sip_text in)
{
	struct sip_text old = header->value;
	size_t before = (size_t)(from - old.at), after = (size_t)(old.at + old.len - to);
	char *text = sip_arena_alloc(&message->arena, before + in.len + after + 1);

	if (!text)
		return -ENOMEM;
	memcpy(text, old.at, before);
	if (in.len > 0)
		memcpy(text + before, in.at, in.len);
	memcpy(text + before + in.len, to, after);
	header->value = (struct sip_text){text, before + in.len + after};
	return 0;
}

int sip_auth_remove(struct sip_message *message, struct sip_header *header, const char *name)
{
	struct sip_auth auth;
	const struct sip_auth_param *param;
	const char *from, *to;
	int error = read_auth(NULL, header->value, &auth);

	if (error)
		return error;
	param = find(&auth, sip_text(name));
	if (!param)
		return 0;
	from = param->whole.at;
	to = param->whole.at + param->whole.len;
	if (param < &auth.params[auth.count - 1])
		to = param[1].whole.at;
	else if (param > auth.params)
		from = param[-1].whole.at + param[-1].whole.len;
	return splice(message, header, from, to, (struct sip_text){.len = 0});
}

static bool value_is_good(struct sip_text value, bool quoted)
{
	if (!sip_text_is_clean(value) || (!quoted && value.len == 0))
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] == '"' || value.at[i] == '\\' ||
			(!quoted && !is_unquoted_char(value.at[i])))
			return false;
	return true;
}

int sip_auth_set(struct sip_message *message, struct sip_header *header, const char *name,
	struct sip_text value, bool quoted)
{
	const struct sip_auth_param *param;
	struct sip_text text = sip_text(name);
	struct sip_auth auth;
	const char *end = header->value.at + header->value.len;
	char *at;
	int error = read_auth(NULL, header->value, &auth);

	if (error)
		return error;
	if (!sip_text_is_token(text) || !value_is_good(value, quoted))
		return -EINVAL;
	param = find(&auth, text);
	at = sip_arena_alloc(&message->arena, text.len + value.len + 4);
	if (!at)
		return -ENOMEM;
	text = (struct sip_text){at, 0};
	if (!param)
		at[text.len++] = ',';
	memcpy(at + text.len, name, strlen(name));
	text.len += strlen(name);
	at[text.len++] = '=';
	if (quoted)
		at[text.len++] = '"';
	if (value.len > 0)
		memcpy(at + text.len, value.at, value.len);
	text.len += value.len;
	if (quoted)
		at[text.len++] = '"';
	if (!param)
		return splice(message, header, end, end, text);
	return splice(message, header, param->whole.at, param->whole.at + param->whole.len, text);
}
