/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_grammar.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include <osipparser2/headers/osip_via.h>
#include <osipparser2/osip_port.h>
#include <osipparser2/osip_uri.h>

#include "net_address.h"

static void no_trace(
	const char *file, int line, osip_trace_level_t level, const char *format, va_list arguments)
{
	(void)file, (void)line, (void)level, (void)format, (void)arguments;
}

/* Unless told so, the library prints what it can not parse on standard output. */
static void be_quiet(void)
{
	static bool done;

	if (!done)
		osip_trace_initialize_func(END_TRACE_LEVEL, no_trace);
	done = true;
}

/* RFC 3261 §25.1: hostname, IPv4address or IPv6reference (brackets taken off). A name may hold
 * "_", which exists in the field. */
static bool is_host(struct sip_text host)
{
	struct net_address address;

	if (memchr(host.at, ':', host.len))
		return net_address_parse(host.at, host.len, &address) == 0;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '.' || c == '-' || c == '_'))
			return false;
	}
	return host.len > 0 && host.len <= 255;
}

static int take_host(struct sip_arena *arena, const char *host, struct sip_text *out)
{
	struct sip_text text = sip_text(host);

	if (text.len >= 2 && text.at[0] == '[' && text.at[text.len - 1] == ']') {
		text.at++;
		text.len -= 2;
	}
	if (!is_host(text))
		return -EINVAL;
	return sip_arena_copy(arena, text, out);
}

static int take_port(const char *port, uint16_t *out)
{
	uint64_t number = 0;

	if (port && (sip_text_number(sip_text(port), 65535, &number) || number == 0))
		return -EINVAL;
	*out = (uint16_t)number;
	return 0;
}

/* A NUL-terminated copy for the library, which writes into nothing but reads without bounds. */
static int bound(struct sip_text text, char copy[SIP_GRAMMAR_MAX])
{
	if (text.len >= SIP_GRAMMAR_MAX || !sip_text_is_clean(text))
		return -EINVAL;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	return 0;
}

/* The library cuts a user at an escaped NUL and would let line ends into our texts: "%00" … "%1F"
 * and "%7F" are refused, and "%" without two hexadecimal digits. */
static bool escapes_are_clean(struct sip_text text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned octet;
		char digits[3];

		if (text.at[i] != '%')
			continue;
		if (text.len - i < 3 || strspn(text.at + i + 1, "0123456789abcdefABCDEF") < 2)
			return false;
		memcpy(digits, text.at + i + 1, 2);
		digits[2] = '\0';
		if (sscanf(digits, "%x", &octet) != 1 || octet < 0x20 || octet == 0x7f)
			return false;
		i += 2;
	}
	return true;
}

int sip_grammar_uri(struct sip_arena *arena, struct sip_text text, struct sip_grammar_uri *out)
{
	char copy[SIP_GRAMMAR_MAX];
	osip_uri_t *uri = NULL;
	int error = bound(text, copy);

	if (error || !escapes_are_clean((struct sip_text){copy, text.len}))
		return -EINVAL;
	be_quiet();
	if (osip_uri_init(&uri))
		return -ENOMEM;
	*out = (struct sip_grammar_uri){.port = 0};
	error = -EINVAL;
	if (osip_uri_parse(uri, copy) || !uri->host)
		goto free_uri;
	error = take_host(arena, uri->host, &out->host);
	if (!error)
		error = take_port(uri->port, &out->port);
	if (!error)
		error = sip_arena_copy(arena, sip_text(uri->username), &out->user);
free_uri:
	osip_uri_free(uri);
	return error;
}

int sip_grammar_via(struct sip_arena *arena, struct sip_text text, struct sip_grammar_via *out)
{
	char copy[SIP_GRAMMAR_MAX];
	osip_via_t *via = NULL;
	int error = bound(text, copy);

	if (error)
		return error;
	be_quiet();
	if (osip_via_init(&via))
		return -ENOMEM;
	*out = (struct sip_grammar_via){.port = 0};
	error = -EINVAL;
	if (osip_via_parse(via, copy) || !via->host || !via->protocol || !via->version ||
		via->comment ||
		!sip_text_equal(sip_text_trim(sip_text(via->version)), sip_text("2.0")) ||
		!sip_text_is_token(sip_text_trim(sip_text(via->protocol))))
		goto free_via;
	error = take_host(arena, via->host, &out->host);
	if (!error)
		error = take_port(via->port, &out->port);
	if (!error)
		error = sip_arena_copy(
			arena, sip_text_trim(sip_text(via->protocol)), &out->protocol);
free_via:
	osip_via_free(via);
	return error;
}
