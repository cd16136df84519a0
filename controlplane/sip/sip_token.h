/* SPDX-License-Identifier: BSD-3-Clause */
/* Fresh tags and branches. */
#pragma once

#include "random.h"

#define SIP_TOKEN_MAX 32 /* with the NUL */

/* 64 random bits as text (RFC 3261 §19.3 wants 32). Returns out. */
char *sip_token_tag(const struct random *random, char out[SIP_TOKEN_MAX]);

/* The same behind the cookie "z9hG4bK" (§8.1.1.7). Returns out. */
char *sip_token_branch(const struct random *random, char out[SIP_TOKEN_MAX]);
