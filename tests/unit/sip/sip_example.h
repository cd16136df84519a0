/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages for the tests of sip: a good REGISTER, and what a test makes of it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sip_header.h"
#include "sip_parse.h"
#include "sip_print.h"

/* The rows that every request has; the request line stands in front, "\r\n" behind. */
#define SIP_EXAMPLE_ROWS                                                 \
	"Via: SIP/2.0/UDP 198.51.100.23:5060;branch=z9hG4bKa1;rport\r\n" \
	"Max-Forwards: 70\r\n"                                           \
	"From: <sip:001010000000007@ims.example.net>;tag=f7\r\n"         \
	"To: <sip:001010000000007@ims.example.net>\r\n"                  \
	"Call-ID: c7@198.51.100.23\r\n"                                  \
	"CSeq: 1 REGISTER\r\n"
#define SIP_EXAMPLE_LINE "REGISTER sip:ims.example.net SIP/2.0\r\n"
#define SIP_EXAMPLE      SIP_EXAMPLE_LINE SIP_EXAMPLE_ROWS "\r\n"

static inline struct sip_message *sip_example_parse(const char *text)
{
	struct sip_message *message;

	if (sip_parse(text, strlen(text), &message))
		fail_msg("not parsed: %s", text);
	return message;
}

/* The good REGISTER with one more row (or several). */
static inline struct sip_message *sip_example_with(const char *rows)
{
	static char text[2 * SIP_MESSAGE_MAX];

	snprintf(text, sizeof(text), SIP_EXAMPLE_LINE SIP_EXAMPLE_ROWS "%s\r\n\r\n", rows);
	return sip_example_parse(text);
}

/* The good REGISTER with the row that begins like this one replaced, or removed (""). */
static inline struct sip_message *sip_example_but(const char *name, const char *row)
{
	static char text[2 * SIP_MESSAGE_MAX];
	const char *at = strstr(SIP_EXAMPLE, name), *end = strstr(at, "\r\n") + 2;

	snprintf(text, sizeof(text), "%.*s%s%s%s", (int)(at - SIP_EXAMPLE), SIP_EXAMPLE, row,
		row[0] ? "\r\n" : "", end);
	return sip_example_parse(text);
}

/* NUL-terminated, good until the next call. */
static inline const char *sip_example_print(const struct sip_message *message)
{
	static char text[SIP_MESSAGE_MAX + 1];
	size_t len;

	assert_int_equal(sip_print(message, text, sizeof(text) - 1, &len), 0);
	text[len] = '\0';
	return text;
}

static inline void sip_example_assert_text(struct sip_text text, const char *expected)
{
	if (!sip_text_equal(text, sip_text(expected)))
		fail_msg("\"%.*s\" is not \"%s\"", SIP_TEXT_ARGS(text), expected);
}
