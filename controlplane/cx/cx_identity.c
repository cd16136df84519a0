/* SPDX-License-Identifier: BSD-3-Clause */
/* Identities before they meet the HSS's tables: hostile text in, one spelling out. */
#include "cx_identity.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* RFC 3261 §25.1 unreserved */
static bool is_unreserved(char c)
{
	return is_alpha(c) || is_digit(c) || is_one_of(c, "-_.!~*'()");
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Labels of letters, digits and inner hyphens; returns how many, 0 where it is no host name. */
static unsigned host_name_labels(const char *text, size_t len)
{
	unsigned labels = 0;
	size_t label_len = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i == len || text[i] == '.') {
			if (label_len == 0 || label_len > 63 || text[i - 1] == '-')
				return 0;
			labels++;
			label_len = 0;
		} else if (is_alpha(text[i]) || is_digit(text[i]) ||
			   (text[i] == '-' && label_len > 0)) {
			label_len++;
		} else {
			return 0;
		}
	}
	return labels;
}

bool cx_identity_is_impi(const char *text, size_t len)
{
	const char *at = memchr(text, '@', len);
	size_t user_len;

	if (!at || at == text)
		return false;
	user_len = (size_t)(at - text);
	for (size_t i = 0; i < user_len; i++) {
		/* RFC 4282 §2.1 dot-string: no dot first, last or doubled */
		bool dot = text[i] == '.';

		if (dot && (i == 0 || i + 1 == user_len || text[i + 1] == '.'))
			return false;
		if (!dot && !is_alpha(text[i]) && !is_digit(text[i]) &&
			!is_one_of(text[i], "!#$%&'*+-/=?^_`{|}~"))
			return false;
	}
	return host_name_labels(at + 1, len - user_len - 1) >= 2;
}

struct output {
	char *text;
	size_t len, size;
};

/* The closing NUL has its place always. */
static int put(struct output *out, char c)
{
	if (out->len + 1 >= out->size)
		return -ENOSPC;
	out->text[out->len++] = c;
	out->text[out->len] = '\0';
	return 0;
}

static int put_text(struct output *out, const char *text)
{
	int status = 0;

	while (*text && status == 0)
		status = put(out, *text++);
	return status;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 3261 §19.1.4: an escaped unreserved character is the character itself. */
static int put_escaped(struct output *out, const char *text, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	int high, low, status;
	char c;

	if (len < 3 || (high = hex_digit(text[1])) < 0 || (low = hex_digit(text[2])) < 0)
		return -EINVAL;
	c = (char)(high << 4 | low);
	if (is_unreserved(c))
		return put(out, c);
	status = put(out, '%');
	if (status == 0)
		status = put(out, digits[high]);
	return status == 0 ? put(out, digits[low]) : status;
}

static int put_user(struct output *out, const char *text, size_t len)
{
	int status = len > 0 ? 0 : -EINVAL;

	for (size_t i = 0; i < len && status == 0; i++) {
		if (text[i] == '%') {
			status = put_escaped(out, text + i, len - i);
			i += 2;
		} else if (is_unreserved(text[i]) || is_one_of(text[i], "&=+$,;?/")) {
			status = put(out, text[i]);
		} else {
			status = -EINVAL;
		}
	}
	return status;
}

static int put_host(struct output *out, const char *text, size_t len)
{
	size_t end = 0;
	int status = 0;

	if (len > 0 && text[0] == '[') {
		const char *close = memchr(text, ']', len);

		if (!close || close == text + 1)
			return -EINVAL;
		end = (size_t)(close - text) + 1;
		for (size_t i = 1; i + 1 < end; i++)
			if (hex_digit(text[i]) < 0 && text[i] != ':' && text[i] != '.')
				return -EINVAL;
	} else {
		while (end < len && !is_one_of(text[end], ":;?"))
			end++;
		if (host_name_labels(text, end) == 0)
			return -EINVAL;
	}
	if (end < len && !is_one_of(text[end], ":;?"))
		return -EINVAL;
	for (size_t i = 0; i < end && status == 0; i++)
		status = put(out, lower(text[i]));
	return status;
}

static int put_sip(struct output *out, const char *text, size_t len)
{
	const char *at = memchr(text, '@', len), *password;
	size_t user_len;
	int status;

	if (!at)
		return -EINVAL;
	user_len = (size_t)(at - text);
	password = memchr(text, ':', user_len);
	status = put_user(out, text, password ? (size_t)(password - text) : user_len);
	if (status == 0)
		status = put(out, '@');
	return status == 0 ? put_host(out, at + 1, len - user_len - 1) : status;
}

/* RFC 3966 §3, §4 */
static int put_tel(struct output *out, const char *text, size_t len)
{
	size_t digits = 0;
	int status = 0;

	for (size_t i = 0; i < len && text[i] != ';' && status == 0; i++) {
		if (is_digit(text[i]) || (text[i] == '+' && i == 0)) {
			digits += is_digit(text[i]);
			status = put(out, text[i]);
		} else if (!is_one_of(text[i], "-.()")) {
			status = -EINVAL;
		}
	}
	return status == 0 && digits == 0 ? -EINVAL : status;
}

int cx_identity_impu(const char *text, size_t len, char *out, size_t size)
{
	static const struct {
		const char *scheme;
		int (*put_rest)(struct output *out, const char *text, size_t len);
	} schemes[] = {{"sip:", put_sip}, {"sips:", put_sip}, {"tel:", put_tel}};
	struct output output = {.text = out, .size = size};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t scheme_len = strlen(schemes[i].scheme);
		int status;

		if (len < scheme_len || strncasecmp(text, schemes[i].scheme, scheme_len) != 0)
			continue;
		status = put_text(&output, schemes[i].scheme);
		if (status != 0)
			return status;
		return schemes[i].put_rest(&output, text + scheme_len, len - scheme_len);
	}
	return -EINVAL;
}
