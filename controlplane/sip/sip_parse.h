/* SPDX-License-Identifier: BSD-3-Clause */
/* Octets from outside become a message: the one place where they are cut into lines. */
#pragma once

#include "sip_message.h"

/* One datagram, or one message cut from a stream; the octets are copied. The body is all that
 * follows the empty line; sip_validate cuts it to Content-Length. Line ends are CRLF; a bare LF
 * is taken for one, so that no text holds an LF; folded rows are unfolded; empty lines in front
 * are skipped (RFC 3261 §7.5).
 * 0: there is a start line. A row that is no header leaves its reason in (*out)->defect, and the
 * rows that could be read. -EBADMSG: nothing that could be answered; -EMSGSIZE: longer than
 * SIP_MESSAGE_MAX; -ENOMEM. */
int sip_parse(const void *bytes, size_t len, struct sip_message **out)
	__attribute__((warn_unused_result));
