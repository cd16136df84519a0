/* SPDX-License-Identifier: BSD-3-Clause */
/* The private and public identities of TS 23.003 §13: what is one, and when two are the same. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* "user@realm", RFC 4282 §2.1 without escapes: one user part, a realm of at least two labels. */
bool cx_identity_is_impi(const char *text, size_t len);

/* The canonical form of a public identity: sip: and sips: URIs without password, port, parameters
 * and headers, scheme and host in lower case; tel: without parameters and visual separators.
 * Equal identities have equal text. 0 and NUL-terminated text in out, -EINVAL where it is no
 * public identity, -ENOSPC. */
int cx_identity_impu(const char *text, size_t len, char *out, size_t size)
	__attribute__((warn_unused_result));
