/* SPDX-License-Identifier: BSD-3-Clause */
/* The response to a request: what RFC 3261 §8.2.6 wants copied, and nothing else. */
#pragma once

#include "sip_message.h"

/* Via (all), From, To (plus ;tag= to_tag where it has none and status is not 100), Call-ID and
 * CSeq. reason NULL: the usual one. The request is left as it is; flow of the response is
 * undecided. The caller owns the result. 0, -EINVAL or -ENOMEM. */
int sip_reply_create(const struct sip_message *request, unsigned status, const char *reason,
	const char *to_tag, struct sip_message **out) __attribute__((warn_unused_result));

/* "Unauthorized"; "Unknown" for what has no usual text. */
const char *sip_reply_reason(unsigned status);
