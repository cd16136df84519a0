/* SPDX-License-Identifier: BSD-3-Clause */
/* NET-2 (TS 33.203 §6.1.4): who is asked to authenticate gives the set of SAs that stands no more
 * time than the network does, so that the new one is used. */
#pragma once

#include "registration.h"

struct old_set {
	struct registration *registration;
	struct event *end;
	uint32_t spi; /* of the set's server port: which one it is, wherever it lies */
};

/* 0, or -ENOMEM. */
int old_set_open(struct old_set *old, struct registration *registration, struct event_base *base)
	__attribute__((warn_unused_result));
void old_set_close(struct old_set *old);

/* The established set ends in so many seconds. */
void old_set_shorten(struct old_set *old, uint32_t seconds);

/* The network is content: where that set still is the established one, it stays. */
void old_set_keep(struct old_set *old);
