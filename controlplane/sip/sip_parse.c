/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_parse.h"

#include <errno.h>

#include "sip_message_open.h"

struct lines {
	char *at, *end; /* what is left */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* The next line without its end; false where nothing is left. *ended: it had an end. */
static bool next_line(struct lines *lines, struct sip_text *line, bool *ended)
{
	char *feed;

	if (lines->at == lines->end)
		return false;
	line->at = lines->at;
	feed = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
	*ended = feed != NULL;
	line->len = (size_t)((feed ? feed : lines->end) - lines->at);
	lines->at = feed ? feed + 1 : lines->end;
	if (feed && line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return true;
}

static void set_defect(struct sip_message *message, const char *defect)
{
	if (!message->defect)
		message->defect = defect;
}

/* "SIP" "/" 1*DIGIT "." 1*DIGIT */
static bool is_version(struct sip_text text)
{
	size_t digits = 0, dots = 0;

	if (text.len < 7 || !sip_text_equal_nocase((struct sip_text){text.at, 4}, sip_text("SIP/")))
		return false;
	for (size_t i = 4; i < text.len; i++) {
		if (text.at[i] == '.' && digits > 0)
			dots++;
		else if (text.at[i] >= '0' && text.at[i] <= '9')
			digits++;
		else
			return false;
	}
	return dots == 1 && text.at[text.len - 1] != '.';
}

/* RFC 3261 §7.2: version SP 3DIGIT SP reason */
static int read_status_line(struct sip_message *message, struct sip_text line)
{
	const char *space = memchr(line.at, ' ', line.len);
	struct sip_text rest;
	uint64_t status;

	if (!space)
		return -EBADMSG;
	message->version = (struct sip_text){line.at, (size_t)(space - line.at)};
	rest = (struct sip_text){space + 1, line.len - message->version.len - 1};
	if (!is_version(message->version) || rest.len < 3 ||
		sip_text_number((struct sip_text){rest.at, 3}, 699, &status) || status < 100 ||
		(rest.len > 3 && rest.at[3] != ' '))
		return -EBADMSG;
	message->status = (unsigned)status;
	message->reason = rest.len > 4 ? (struct sip_text){rest.at + 4, rest.len - 4}
				       : (struct sip_text){rest.at + 3, 0};
	return 0;
}

/* RFC 3261 §7.1: method SP URI SP version, single spaces */
static int read_request_line(struct sip_message *message, struct sip_text line)
{
	struct sip_text trimmed = sip_text_trim(line);
	const char *first = memchr(trimmed.at, ' ', trimmed.len);
	const char *last = first ? memrchr(trimmed.at, ' ', trimmed.len) : NULL;
	struct sip_text uri;

	if (!first || first == last)
		return -EBADMSG;
	message->is_request = true;
	message->method_name = (struct sip_text){trimmed.at, (size_t)(first - trimmed.at)};
	message->version =
		(struct sip_text){last + 1, (size_t)(trimmed.at + trimmed.len - last - 1)};
	if (!sip_text_is_token(message->method_name) || !is_version(message->version))
		return -EBADMSG;
	message->method = sip_method_of(message->method_name);
	uri = (struct sip_text){first + 1, (size_t)(last - first - 1)};
	if (trimmed.len != line.len || uri.len == 0 || memchr(uri.at, ' ', uri.len) ||
		memchr(uri.at, '\t', uri.len))
		set_defect(message, "Bad Request Line");
	message->request_uri = uri;
	return 0;
}

/* RFC 3261 §7.3: name, optional space, colon, value. *row: where it was one. */
static int read_header(struct sip_message *message, struct sip_text line, struct sip_header **row)
{
	const char *colon = memchr(line.at, ':', line.len);
	struct sip_text name, value;
	int error;

	if (!colon) {
		set_defect(message, "Header Without Colon");
		return 0;
	}
	name = (struct sip_text){line.at, (size_t)(colon - line.at)};
	value = sip_text_trim((struct sip_text){colon + 1, line.len - name.len - 1});
	while (name.len > 0 && is_space(name.at[name.len - 1]))
		name.len--;
	if (!sip_text_is_token(name)) {
		set_defect(message, "Bad Header Name");
		return 0;
	}
	error = sip_message_append(message, sip_header_name_id(name), name, value);
	if (!error)
		*row = message->last;
	return error;
}

/* Blanks out the line end between: both lines are one text then (RFC 3261 §7.3.1). Trimmed only
 * when the row is complete, or 20 000 empty folds would be walked over 20 000 times. */
static void unfold(struct sip_header *header, struct sip_text line)
{
	char *gap = (char *)(uintptr_t)(header->value.at + header->value.len);

	while (gap < line.at)
		*gap++ = ' ';
	header->value.len = (size_t)(line.at + line.len - header->value.at);
}

static void complete(struct sip_header *header)
{
	if (header)
		header->value = sip_text_trim(header->value);
}

/* All rows up to the empty line; the body is what follows. */
static int read_headers(struct sip_message *message, struct lines *lines)
{
	struct sip_header *row = NULL; /* the one that a folded line belongs to */
	struct sip_text line;
	bool ended;

	while (next_line(lines, &line, &ended)) {
		int error;

		if (line.len > 0 && is_space(line.at[0]) && sip_text_is_clean(line)) {
			if (row)
				unfold(row, line);
			else
				set_defect(message, "Bad Folded Line");
			continue;
		}
		complete(row);
		row = NULL;
		if (line.len == 0 && ended) {
			message->body =
				(struct sip_text){lines->at, (size_t)(lines->end - lines->at)};
			return 0;
		}
		if (!sip_text_is_clean(line)) {
			set_defect(message, "Control Character");
			continue;
		}
		error = read_header(message, line, &row);
		if (error == -E2BIG) {
			set_defect(message, "Too Many Headers");
			return 0;
		}
		if (error)
			return error;
	}
	complete(row);
	set_defect(message, "Headers Do Not End");
	return 0;
}

/* The copy has a NUL behind, which no text includes. */
static int read_message(struct sip_message *message, char *octets, size_t len)
{
	struct lines lines = {.at = octets, .end = octets + len};
	struct sip_text line;
	bool ended;
	int error;

	do {
		if (!next_line(&lines, &line, &ended))
			return -EBADMSG;
	} while (line.len == 0);
	if (!ended || !sip_text_is_clean(line))
		return -EBADMSG;
	if (line.len > 4 && sip_text_equal_nocase((struct sip_text){line.at, 4}, sip_text("SIP/")))
		error = read_status_line(message, line);
	else
		error = read_request_line(message, line);
	return error ? error : read_headers(message, &lines);
}

int sip_parse(const void *bytes, size_t len, struct sip_message **out)
{
	struct sip_message *message;
	struct sip_text copy;
	int error;

	if (len > SIP_MESSAGE_MAX)
		return -EMSGSIZE;
	error = sip_message_open(len, &message);
	if (error)
		return error;
	error = sip_arena_copy(&message->arena, (struct sip_text){bytes, len}, &copy);
	if (!error)
		error = read_message(message, (char *)(uintptr_t)copy.at, len);
	if (error) {
		sip_message_destroy(message);
		return error;
	}
	*out = message;
	return 0;
}
