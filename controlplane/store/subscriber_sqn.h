/* SPDX-License-Identifier: BSD-3-Clause */
/* Which SQN a subscriber has come to: what was stored with the AVs, and what was provisioned. */
#pragma once

#include "store_sqn.h"
#include "subscriber.h"

/* state NULL: nothing is stored. 0 and the last SQN, with the stamp to store its successor under;
 * -EIO. */
int subscriber_sqn_last(struct store *state, const char *impi, const struct subscriber_keys *keys,
	struct store_sqn *out) __attribute__((warn_unused_result));
