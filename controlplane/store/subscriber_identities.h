/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the subscribers' store only: a user's identities as the text of one column, a line each:
 * number of the implicit set, "!" (barred) or " ", IMPU. */
#pragma once

#include "subscriber.h"

/* A set has at most two digits. */
#define SUBSCRIBER_IDENTITIES_TEXT_MAX (SUBSCRIBER_IDENTITIES_MAX * (SUBSCRIBER_NAME_MAX + 4))

/* Returns the text's length, which is below size as long as the identities are valid. */
size_t subscriber_identities_print(
	const struct subscriber_identities *identities, char out[SUBSCRIBER_IDENTITIES_TEXT_MAX]);

/* 0, or -EINVAL: who edited the file by hand gets an error, not a surprise. */
int subscriber_identities_parse(const char *text, size_t len, struct subscriber_identities *out)
	__attribute__((warn_unused_result));
