/* SPDX-License-Identifier: BSD-3-Clause */
/* Inbound SAs that name the other end's port, found by where they come from and go to. However many
 * are of one end, they are one entry of the index: a chain through their places. */
#pragma once

#include "manual_sa_table.h"

/* -ENOSPC: the index has no room. The SA, inbound with a remote port, is in its place already. */
int manual_sa_ends_add(struct manual_sa_table *table, struct manual_sa *sa)
	__attribute__((warn_unused_result));

void manual_sa_ends_remove(struct manual_sa_table *table, struct manual_sa *sa);

/* One of them, or NULL. */
const struct manual_sa *manual_sa_ends_find(const struct manual_sa_table *table,
	const struct net_address *local, const struct net_endpoint *remote);
