/* SPDX-License-Identifier: BSD-3-Clause */
/* Names and numbers that a UE draws by lot. */
#pragma once

#include <stddef.h>

#include "random.h"
#include "sec_agree.h"

/* 2 * octets hex digits and a NUL; octets ≤ 16. */
void draw_hex(const struct random *random, char *out, size_t octets);

/* 23 characters and a NUL, with the magic cookie (RFC 3261 §8.1.1.7). */
void draw_branch(const struct random *random, char *out);

/* The SPIs and ports of own that are 0: neither reserved nor equal (TS 33.203 §7.1). */
void draw_side(const struct random *random, enum sec_agree_form form, struct sec_agree_side *own);
