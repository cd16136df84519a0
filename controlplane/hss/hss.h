/* SPDX-License-Identifier: BSD-3-Clause */
/* The embedded HSS with its AuC: subscribers, registration flags, authentication vectors. It is
 * one implementation of Cx; answers leave at the end of the turn, after the commit. */
#pragma once

#include "aes128.h"
#include "cx.h"
#include "hss_subscriber.h"
#include "random.h"
#include "store.h"

struct hss;

/* All outlive the HSS but the subscribers, which it takes. 0 or -ENOMEM (the subscribers are then
 * still the caller's). */
int hss_create(struct store *store, const struct aes128 *aes, struct random random,
	struct hss_subscribers *subscribers, struct hss **out) __attribute__((warn_unused_result));

/* Nothing may be waiting for an answer any more, or the store be closed before. */
void hss_destroy(struct hss *hss);

struct cx hss_cx(struct hss *hss);
