/* SPDX-License-Identifier: BSD-3-Clause */
#include "sip_print.h"

#include <errno.h>
#include <stdio.h>

#include "sip_header.h"

struct paper {
	char *at;
	size_t left;
	bool full;
};

static void put(struct paper *paper, struct sip_text text)
{
	if (paper->left < text.len) {
		paper->full = true;
		return;
	}
	if (text.len > 0)
		memcpy(paper->at, text.at, text.len);
	paper->at += text.len;
	paper->left -= text.len;
}

static void put_start_line(struct paper *paper, const struct sip_message *message)
{
	char status[16];

	if (message->is_request) {
		put(paper, message->method_name);
		put(paper, sip_text(" "));
		put(paper, message->request_uri);
		put(paper, sip_text(" "));
		put(paper, message->version);
	} else {
		snprintf(status, sizeof(status), " %u ", message->status);
		put(paper, message->version);
		put(paper, sip_text(status));
		put(paper, message->reason);
	}
	put(paper, sip_text("\r\n"));
}

static void put_row(struct paper *paper, struct sip_text name, struct sip_text value)
{
	put(paper, name);
	put(paper, sip_text(": "));
	put(paper, value);
	put(paper, sip_text("\r\n"));
}

int sip_print(const struct sip_message *message, char *out, size_t size, size_t *len)
{
	struct paper paper = {.at = out, .left = size};
	char body_len[24];
	bool has_length = false;

	snprintf(body_len, sizeof(body_len), "%zu", message->body.len);
	put_start_line(&paper, message);
	for (const struct sip_header *header = message->first; header; header = header->next) {
		if (header->id != SIP_HEADER_CONTENT_LENGTH) {
			put_row(&paper, header->name, header->value);
		} else if (!has_length) {
			put_row(&paper, header->name, sip_text(body_len));
			has_length = true;
		}
	}
	if (!has_length)
		put_row(&paper, sip_text("Content-Length"), sip_text(body_len));
	put(&paper, sip_text("\r\n"));
	put(&paper, message->body);
	if (paper.full)
		return -EMSGSIZE;
	*len = (size_t)(paper.at - out);
	return 0;
}
