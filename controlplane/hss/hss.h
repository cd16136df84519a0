/* SPDX-License-Identifier: BSD-3-Clause */
/* The embedded HSS with its AuC: subscribers, registration flags, authentication vectors. It is
 * one implementation of Cx; answers leave at the end of the turn, those that promise
 * something durable (MAA, SAA, a flag that is cleared) after the commit. */
#pragma once

#include "aes128.h"
#include "cx.h"
#include "random.h"
#include "store.h"
#include "subscriber_store.h"

struct hss;

/* All outlive the HSS; whoever ends the stores' turns is its owner. 0 or -ENOMEM. */
int hss_create(struct store *store, struct subscriber_store *subscribers, const struct aes128 *aes,
	struct random random, struct hss **out) __attribute__((warn_unused_result));

/* Nothing may be waiting for an answer any more, or the store be closed before. */
void hss_destroy(struct hss *hss);

struct cx hss_cx(struct hss *hss);
