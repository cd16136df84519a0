/* SPDX-License-Identifier: BSD-3-Clause */
/* The registration flag of each IMPU with the name of its S-CSCF (TS 33.203 6.1.1). */
#pragma once

#include "store.h"

#define STORE_SCSCF_MAX 256 /* with the NUL */

enum store_flag { STORE_UNREGISTERED, STORE_PENDING, STORE_REGISTERED };

struct store_registration {
	enum store_flag flag;
	char scscf[STORE_SCSCF_MAX]; /* "" where unregistered */
};

/* 0, also where nothing is stored: unregistered; -EIO. A read sees the writes of its own turn. */
int store_registration_get(struct store *store, const char *impu, struct store_registration *out)
	__attribute__((warn_unused_result));

/* 0, or -EIO: then the whole turn fails. */
int store_registration_put(struct store *store, const char *impu,
	const struct store_registration *registration) __attribute__((warn_unused_result));
