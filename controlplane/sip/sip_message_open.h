/* SPDX-License-Identifier: BSD-3-Clause */
/* For the files that fill a message row by row: the parser, the clone, sip_header. */
#pragma once

#include "sip_header.h"

/* All zero, with room for len octets of text. 0 or -ENOMEM. */
int sip_message_open(size_t len, struct sip_message **out) __attribute__((warn_unused_result));

/* A row at the end; the texts must lie in the message's arena and be clean already.
 * 0, -E2BIG (SIP_HEADERS_MAX) or -ENOMEM. */
int sip_message_append(struct sip_message *message, enum sip_header_id id, struct sip_text name,
	struct sip_text value) __attribute__((warn_unused_result));
