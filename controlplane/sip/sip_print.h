/* SPDX-License-Identifier: BSD-3-Clause */
/* A message becomes octets again. */
#pragma once

#include "sip_message.h"

/* CRLF line ends, names as received, Content-Length (one row, where the first one was or at the
 * end) as long as the body is. No NUL behind. 0, or -EMSGSIZE where size is too small. */
int sip_print(const struct sip_message *message, char *out, size_t size, size_t *len)
	__attribute__((warn_unused_result));
