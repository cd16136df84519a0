/* SPDX-License-Identifier: BSD-3-Clause */
/* Require, Proxy-Require, Supported, Unsupported: lists of option tags (RFC 3261 §19.2). */
#pragma once

#include "sip_header.h"

/* In any row of id; tags are compared without case. */
bool sip_option_tags_contain(
	const struct sip_message *message, enum sip_header_id id, const char *tag);

/* Once, at the end of the last row; nothing where it is there. 0, -EINVAL, -E2BIG, -ENOMEM. */
int sip_option_tags_add(struct sip_message *message, enum sip_header_id id, const char *tag)
	__attribute__((warn_unused_result));

/* Every occurrence; a row that becomes empty goes. 0 (also where absent) or -ENOMEM. */
int sip_option_tags_remove(struct sip_message *message, enum sip_header_id id, const char *tag)
	__attribute__((warn_unused_result));
