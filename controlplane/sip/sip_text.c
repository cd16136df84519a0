/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_text.h"

#include <errno.h>
#include <strings.h>

const bool sip_text_token_chars[256] = {
	['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
	['-'] = true,
	['.'] = true,
	['!'] = true,
	['%'] = true,
	['*'] = true,
	['_'] = true,
	['+'] = true,
	['`'] = true,
	['\''] = true,
	['~'] = true,
};

bool sip_text_equal(struct sip_text a, struct sip_text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static inline unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

bool sip_text_equal_nocase(struct sip_text a, struct sip_text b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (a.at[i] != b.at[i] && lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

struct sip_text sip_text_trim(struct sip_text text)
{
	while (text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t')) {
		text.at++;
		text.len--;
	}
	while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\t'))
		text.len--;
	return text;
}

bool sip_text_is_token(struct sip_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!sip_text_is_token_char(text.at[i]))
			return false;
	return text.len > 0;
}

bool sip_text_is_clean(struct sip_text text)
{
	unsigned bad = 0;

	/* No early end: the compiler makes a vector loop of this. */
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		bad |= (unsigned)(c < 0x20) & (unsigned)(c != '\t');
		bad |= (unsigned)(c == 0x7f);
	}
	return !bad;
}

int sip_text_number(struct sip_text text, uint64_t max, uint64_t *out)
{
	uint64_t number = 0;

	if (text.len == 0)
		return -EINVAL;
	for (size_t i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(unsigned char)text.at[i] - '0';

		if (digit > 9 || number > (max - digit) / 10 || digit > max)
			return -EINVAL;
		number = number * 10 + digit;
	}
	*out = number;
	return 0;
}
