/* SPDX-License-Identifier: BSD-3-Clause */
/* Cuts what a connection delivers into messages and keep-alives (RFC 3261 §18.3, RFC 5626
 * §4.4.1). Content-Length alone decides where a message ends, so it must be there once. */
#pragma once

#include "sip_message.h"

enum sip_stream_kind {
	SIP_STREAM_MORE,    /* not whole yet */
	SIP_STREAM_MESSAGE, /* the first len octets */
	SIP_STREAM_BLANK,   /* an empty line: the answer to a ping, or nothing */
	SIP_STREAM_PING,    /* the second of two: wants one back */
	SIP_STREAM_BROKEN   /* nobody knows where the next message begins; len: what is known */
};

struct sip_stream_piece {
	enum sip_stream_kind kind;
	size_t len;
	const char *fault; /* BROKEN: static text */
};

/* How far the piece that begins now was looked at, so that each octet is looked at once.
 * All zero: the begin of a connection. */
struct sip_stream {
	size_t line;     /* where the current line begins */
	size_t seen;     /* octets without a line end behind it */
	size_t head_len; /* with the empty line; 0: not there yet */
	size_t body_len;
	unsigned blanks; /* just before */
	bool has_length, row_is_length;
	const char *fault; /* told at the end of the head, so that it can be answered */
};

/* octets: all that came since the last piece ended, the same as in the call before and more.
 * Any other kind than MORE and BROKEN: the caller drops len octets before the next call. */
struct sip_stream_piece sip_stream_next(struct sip_stream *stream, const char *octets, size_t len);
