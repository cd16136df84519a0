/* SPDX-License-Identifier: BSD-3-Clause */
/* What the roles keep for those of the next process, in the store. Where a turn of the store fails,
 * all of it is written anew some seconds later. */
#pragma once

#include "roles.h"

/* Before the roles are created, which point to what this makes. */
void roles_keep_open(struct roles *roles);

/* What a predecessor left beside this SA table comes back, before any request. 0 or -EIO. */
int roles_keep_restore(struct roles *roles, const struct sa_channel *channel)
	__attribute__((warn_unused_result));

/* What has changed is written; the turn's commit makes it durable. */
void roles_keep_write(struct roles *roles);

bool roles_keep_has_changes(const struct roles *roles);

/* Behind the turn's commits: what failed is seen to. */
void roles_keep_check(struct roles *roles);
