/* SPDX-License-Identifier: BSD-3-Clause */
/* A received SIP message, read in place: status line and header rows (RFC 3261 §7). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SIP_TEXT_MAX 16384 /* the longest message that this UE sends or takes */

/* A part of somebody else's text, not terminated. */
struct sip_slice {
	const char *at;
	size_t len;
};

struct sip_text {
	struct sip_slice bytes;
	int status; /* 100 … 699; 0: a request */
};

/* 0, or -EINVAL: no SIP/2.0 start line, or no end of the header. bytes must outlive out. */
int sip_text_parse(const char *bytes, size_t len, struct sip_text *out)
	__attribute__((warn_unused_result));

/* The value of the nth row (from 0) with this name, trimmed. Long names only. */
bool sip_text_header(
	const struct sip_text *text, const char *name, unsigned nth, struct sip_slice *out);

/* All rows of this name in one, parted by ", " and terminated. Its length; 0: no such row, or
 * cap is too small. */
size_t sip_text_joined(const struct sip_text *text, const char *name, char *out, size_t cap);
