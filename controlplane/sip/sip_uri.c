/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_uri.h"

#include <errno.h>
#include <stdio.h>

#include "net_address.h"
#include "sip_grammar.h"
#include "sip_param.h"

/* What no URI holds unescaped (RFC 3261 §25.1, RFC 3986 §2). */
static bool is_uri_text(struct sip_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c <= 0x20 || c == 0x7f || c == '<' || c == '>' || c == '"')
			return false;
	}
	return text.len > 0;
}

/* The first of either character, or the end. */
static size_t find(struct sip_text text, size_t from, char a, char b)
{
	while (from < text.len && text.at[from] != a && text.at[from] != b)
		from++;
	return from;
}

static int parse_tel(struct sip_text text, struct sip_uri *out)
{
	size_t start = sizeof("tel:") - 1, end = find(text, start, ';', ';');
	size_t digits = 0;

	out->user = (struct sip_text){text.at + start, end - start};
	out->params = (struct sip_text){text.at + end, text.len - end};
	for (size_t i = 0; i < out->user.len; i++) {
		char c = out->user.at[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (!strchr("-.()*#ABCDEFabcdef", c) && !(c == '+' && i == 0))
			return -EINVAL; /* RFC 3966 §3 */
	}
	return digits > 0 ? 0 : -EINVAL;
}

static int parse_sip(struct sip_arena *arena, struct sip_text text, struct sip_uri *out)
{
	struct sip_grammar_uri parts;
	const char *at_sign = memchr(text.at, '@', text.len);
	size_t host = at_sign ? (size_t)(at_sign - text.at) + 1 : find(text, 0, ':', ':') + 1;
	size_t end = find(text, host, ';', '?');
	size_t query = find(text, end, '?', '?');
	int error;

	if (at_sign && memchr(at_sign + 1, '@', text.len - host))
		return -EINVAL;
	error = sip_grammar_uri(arena, (struct sip_text){text.at, end}, &parts);
	if (error)
		return error;
	if (at_sign && parts.user.len == 0)
		return -EINVAL; /* userinfo is never empty */
	out->user = parts.user;
	out->host = parts.host;
	out->port = parts.port;
	out->params = (struct sip_text){text.at + end, query - end};
	out->has_headers = query < text.len;
	return 0;
}

int sip_uri_parse(struct sip_arena *arena, struct sip_text text, struct sip_uri *out)
{
	size_t colon = find(text, 0, ':', ':');
	struct sip_text scheme = {text.at, colon};
	struct sip_uri uri = {.text = text, .scheme = SIP_URI_OTHER};
	int error = 0;

	if (!is_uri_text(text) || colon == text.len || !sip_text_is_token(scheme))
		return -EINVAL;
	if (sip_text_equal_nocase(scheme, sip_text("sip")))
		uri.scheme = SIP_URI_SIP;
	else if (sip_text_equal_nocase(scheme, sip_text("sips")))
		uri.scheme = SIP_URI_SIPS;
	else if (sip_text_equal_nocase(scheme, sip_text("tel")))
		uri.scheme = SIP_URI_TEL;
	if (uri.scheme == SIP_URI_TEL)
		error = parse_tel(text, &uri);
	else if (uri.scheme != SIP_URI_OTHER)
		error = parse_sip(arena, text, &uri);
	if (!error)
		*out = uri;
	return error;
}

struct paper {
	char *at;
	size_t left; /* of it, the NUL's place included */
	bool full;
};

static void put(struct paper *paper, struct sip_text text, bool lower)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (paper->left <= 1) {
			paper->full = true;
			return;
		}
		*paper->at++ = lower && c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
		paper->left--;
	}
}

static void put_tel(struct paper *paper, const struct sip_uri *uri)
{
	struct sip_text context;

	put(paper, sip_text("tel:"), false);
	for (size_t i = 0; i < uri->user.len; i++)
		if (!strchr("-.()", uri->user.at[i])) /* RFC 3966 §4 */
			put(paper, (struct sip_text){uri->user.at + i, 1}, true);
	if (uri->user.at[0] != '+' && sip_param_find(uri->params, "phone-context", &context)) {
		put(paper, sip_text(";phone-context="), false);
		put(paper, context, true);
	}
}

/* An IPv6 literal has many forms, and one address (RFC 5954 §3.2). */
static void put_host(struct paper *paper, struct sip_text host)
{
	struct net_address address;
	char text[NET_TEXT_MAX];

	if (!memchr(host.at, ':', host.len)) {
		put(paper, host, true);
		return;
	}
	put(paper, sip_text("["), false);
	if (net_address_parse(host.at, host.len, &address) == 0)
		put(paper, sip_text(net_address_print(&address, text)), false);
	else
		put(paper, host, true);
	put(paper, sip_text("]"), false);
}

static void put_sip(struct paper *paper, const struct sip_uri *uri)
{
	char port[8];

	put(paper, sip_text(uri->scheme == SIP_URI_SIPS ? "sips:" : "sip:"), false);
	if (uri->user.len > 0) {
		put(paper, uri->user, false);
		put(paper, sip_text("@"), false);
	}
	put_host(paper, uri->host);
	if (uri->port != 0) {
		snprintf(port, sizeof(port), ":%u", uri->port);
		put(paper, sip_text(port), false);
	}
}

int sip_uri_identity(const struct sip_uri *uri, char *out, size_t size)
{
	struct paper paper = {.at = out, .left = size};

	if (uri->scheme == SIP_URI_OTHER)
		return -EINVAL;
	if (size == 0)
		return -ENOSPC;
	if (uri->scheme == SIP_URI_TEL)
		put_tel(&paper, uri);
	else
		put_sip(&paper, uri);
	*paper.at = '\0';
	return paper.full ? -ENOSPC : 0;
}
