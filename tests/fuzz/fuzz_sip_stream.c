/* SPDX-License-Identifier: BSD-3-Clause */
/* A connection's octets in segments of any size: cut into the same pieces as in one, and a message
 * that was cut is as long for the parser as it is for the stream. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sip_header.h"
#include "sip_parse.h"
#include "sip_stream.h"
#include "sip_validate.h"

#define CHECK(condition)          \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_message(const char *octets, size_t len)
{
	struct sip_message *message;
	size_t body_len;

	if (sip_parse(octets, len, &message))
		return;
	body_len = message->body.len;
	if (!message->defect && sip_validate(message).kind == SIP_VALID)
		CHECK(message->body.len == body_len);
	sip_message_destroy(message);
}

/* The pieces from one place on, until more is needed. Returns the octets that they took. */
static size_t cut(struct sip_stream *stream, const char *octets, size_t len, unsigned *pieces,
	enum sip_stream_kind *last)
{
	size_t at = 0;

	for (;;) {
		/* Exactly as much memory as there are octets. */
		char *copy = malloc(len - at + 1);
		struct sip_stream_piece piece;

		CHECK(copy);
		memcpy(copy, octets + at, len - at);
		piece = sip_stream_next(stream, copy, len - at);
		CHECK(piece.len <= len - at);
		if (piece.kind == SIP_STREAM_MESSAGE)
			check_message(copy, piece.len);
		free(copy);
		*last = piece.kind;
		if (piece.kind == SIP_STREAM_MORE || piece.kind == SIP_STREAM_BROKEN)
			return at;
		CHECK(piece.len > 0);
		(*pieces)++;
		at += piece.len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sip_stream whole = {.line = 0}, stream = {.line = 0};
	unsigned whole_pieces = 0, pieces = 0;
	enum sip_stream_kind whole_last, last = SIP_STREAM_MORE;
	size_t whole_len, from = 0, step;
	const char *octets;

	if (size < 1)
		return 0;
	step = 1 + data[0];
	octets = (const char *)data + 1;
	size--;
	whole_len = cut(&whole, octets, size, &whole_pieces, &whole_last);
	for (size_t to = 0; to < size && last != SIP_STREAM_BROKEN;) {
		to = size - to < step ? size : to + step;
		from += cut(&stream, octets + from, to - from, &pieces, &last);
	}
	CHECK(pieces == whole_pieces && from == whole_len && last == whole_last);
	return 0;
}
