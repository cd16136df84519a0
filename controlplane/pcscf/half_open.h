/* SPDX-License-Identifier: BSD-3-Clause */
/* Registrations that a UE began in the clear and has not finished: what anyone can make the P-CSCF
 * remember. Counted per source (IPv6: its /64, which is one subscriber's) and in total. */
#pragma once

#include <stddef.h>

#include "net_address.h"

struct half_open_source;

struct half_open {
	struct half_open_source *sources;
	size_t count;
	size_t max, max_per_source;
};

/* 0; -EUSERS: that source has its share; -ENOSPC: there are too many in all; -ENOMEM. */
int half_open_take(struct half_open *half_open, const struct net_address *source)
	__attribute__((warn_unused_result));

/* How many sources are remembered. */
size_t half_open_sources(const struct half_open *half_open);

/* What was taken for this source. */
void half_open_give(struct half_open *half_open, const struct net_address *source);
