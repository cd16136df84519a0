/* SPDX-License-Identifier: BSD-3-Clause */
/* A piece of a message: octets that lie in somebody else's memory, without a NUL at the end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct sip_text {
	const char *at;
	size_t len;
};

/* For printf: "%.*s" takes SIP_TEXT_ARGS(text). */
#define SIP_TEXT_ARGS(text) (int)(text).len, (text).at

static inline struct sip_text sip_text(const char *string)
{
	return (struct sip_text){.at = string, .len = string ? strlen(string) : 0};
}

/* Octet by octet. */
bool sip_text_equal(struct sip_text a, struct sip_text b);

/* ASCII letters in either case (RFC 3261 §7.3.1). */
bool sip_text_equal_nocase(struct sip_text a, struct sip_text b);

/* Without spaces and tabs at both ends. */
struct sip_text sip_text_trim(struct sip_text text);

/* RFC 3261 §25.1: alphanum / "-" / "." / "!" / "%" / "*" / "_" / "+" / "`" / "'" / "~" */
extern const bool sip_text_token_chars[256];

static inline bool sip_text_is_token_char(char c)
{
	return sip_text_token_chars[(unsigned char)c];
}

/* At least one character. */
bool sip_text_is_token(struct sip_text text);

/* No control character but the tab: neither CR, LF nor NUL. */
bool sip_text_is_clean(struct sip_text text);

/* 1*DIGIT, nothing else, not above max (leading zeros are allowed). 0 or -EINVAL. */
int sip_text_number(struct sip_text text, uint64_t max, uint64_t *out)
	__attribute__((warn_unused_result));
