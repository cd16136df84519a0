/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys and responses. A secret has no formatter: what must not be printed has no way to a log. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECRET_MAX 32

/* Up to SECRET_MAX octets (K, OPc, IK, CK 16; IK_ESP 16 or 20; RES 4–16). */
struct secret {
	uint8_t bytes[SECRET_MAX];
	uint8_t len;
};

/* Copies len octets in; 0, or -EINVAL where len > SECRET_MAX. */
int secret_set(struct secret *secret, const void *bytes, size_t len)
	__attribute__((warn_unused_result));

/* Overwrites in a way that the compiler may not remove. */
void secret_wipe(struct secret *secret);
void secret_wipe_bytes(void *bytes, size_t len);

/* Time depends on len only, never on the content. */
bool secret_equal_bytes(const void *a, const void *b, size_t len);
