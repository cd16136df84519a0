/* SPDX-License-Identifier: BSD-3-Clause */
/* What an operator may see of a subscriber: never a key. */
#pragma once

#include "hss.h"
#include "store_registration.h"

struct hss_show_identity {
	const char *impu;
	bool barred;
	unsigned set;
	struct store_registration registration;
};

/* Calls see for each public identity. 0; -ENOENT where nobody has this IMPI; -EIO. */
int hss_show_subscriber(struct hss *hss, const char *impi,
	void (*see)(void *context, const struct hss_show_identity *identity), void *context)
	__attribute__((warn_unused_result));
