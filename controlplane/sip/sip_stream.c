/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_stream.h"

#include "sip_header_name.h"

static struct sip_stream_piece broken(const char *fault, size_t len)
{
	return (struct sip_stream_piece){.kind = SIP_STREAM_BROKEN, .len = len, .fault = fault};
}

static struct sip_stream_piece take(
	struct sip_stream *stream, enum sip_stream_kind kind, size_t len, unsigned blanks)
{
	*stream = (struct sip_stream){.blanks = blanks};
	return (struct sip_stream_piece){.kind = kind, .len = len};
}

static void set_fault(struct sip_stream *stream, const char *fault)
{
	if (!stream->fault)
		stream->fault = fault;
}

/* One row of the head, as the parser will see it. */
static void read_row(struct sip_stream *stream, struct sip_text line)
{
	const char *colon = memchr(line.at, ':', line.len);
	struct sip_text name, value;
	uint64_t length;

	if (line.at[0] == ' ' || line.at[0] == '\t') {
		if (stream->row_is_length)
			set_fault(stream, "Folded Content-Length");
		return;
	}
	stream->row_is_length = false;
	if (!colon)
		return;
	name = sip_text_trim((struct sip_text){line.at, (size_t)(colon - line.at)});
	if (sip_header_name_id(name) != SIP_HEADER_CONTENT_LENGTH)
		return;
	if (stream->has_length)
		set_fault(stream, "Not One Content-Length");
	stream->has_length = stream->row_is_length = true;
	value = sip_text_trim(
		(struct sip_text){colon + 1, (size_t)(line.at + line.len - colon - 1)});
	if (sip_text_number(value, SIP_MESSAGE_MAX, &length))
		set_fault(stream, "Bad Content-Length");
	else
		stream->body_len = (size_t)length;
}

/* Lines up to the empty one. */
static void read_head(struct sip_stream *stream, const char *octets, size_t len)
{
	while (stream->head_len == 0) {
		const char *feed = memchr(octets + stream->seen, '\n', len - stream->seen);
		struct sip_text line = {.at = octets + stream->line};

		if (!feed) {
			stream->seen = len;
			return;
		}
		line.len = (size_t)(feed - line.at);
		if (line.len > 0 && feed[-1] == '\r')
			line.len--;
		if (line.len == 0)
			stream->head_len = (size_t)(feed + 1 - octets);
		else if (stream->line > 0)
			read_row(stream, line);
		stream->line = stream->seen = (size_t)(feed + 1 - octets);
	}
}

struct sip_stream_piece sip_stream_next(struct sip_stream *stream, const char *octets, size_t len)
{
	if (len == 0 || (len == 1 && octets[0] == '\r'))
		return (struct sip_stream_piece){.kind = SIP_STREAM_MORE};
	if (octets[0] == '\r' && octets[1] == '\n')
		return stream->blanks == 0 ? take(stream, SIP_STREAM_BLANK, 2, 1)
					   : take(stream, SIP_STREAM_PING, 2, 0);
	/* A method or "SIP/2.0": what begins otherwise (TLS …) needs no patience. */
	if (!sip_text_is_token_char(octets[0]))
		return broken("Not SIP", 0);
	read_head(stream, octets, len < SIP_MESSAGE_MAX ? len : SIP_MESSAGE_MAX);
	if (stream->head_len == 0 && len < SIP_MESSAGE_MAX)
		return (struct sip_stream_piece){.kind = SIP_STREAM_MORE};
	if (stream->head_len == 0)
		return broken("Message Too Large", SIP_MESSAGE_MAX);
	if (stream->fault)
		return broken(stream->fault, stream->head_len);
	if (!stream->has_length)
		return broken("No Content-Length", stream->head_len);
	if (stream->body_len > SIP_MESSAGE_MAX - stream->head_len)
		return broken("Message Too Large", stream->head_len);
	if (len < stream->head_len + stream->body_len)
		return (struct sip_stream_piece){.kind = SIP_STREAM_MORE};
	return take(stream, SIP_STREAM_MESSAGE, stream->head_len + stream->body_len, 0);
}
