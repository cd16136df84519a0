/* SPDX-License-Identifier: BSD-3-Clause */
/* What a role has written through its keeper, and what of that has changed since: once a turn all
 * that is on the list is written anew. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "keeper.h"

/* Of one record; lies inside what that tells of. All zero: nothing is written. */
struct kept {
	uint64_t record; /* its number; 0: there is none */
	bool has_changed;
	LIST_ENTRY(kept) changed;
};

struct kept_list {
	const struct keeper *keeper; /* NULL: nothing is kept, and nothing removed */
	uint64_t records;            /* the highest number so far */
	LIST_HEAD(kept_changed, kept) changed;
};

/* It is no longer as it was written. */
void kept_change(struct kept_list *list, struct kept *kept);

static inline bool kept_has_changes(const struct kept_list *list)
{
	return !LIST_EMPTY(&list->changed);
}

/* One that has changed, and counts as written from now on; NULL: there is none. */
struct kept *kept_take(struct kept_list *list);

/* Where memory ended, what was written before stays. */
void kept_write(struct kept_list *list, struct kept *kept, const struct record *record);

/* Its record goes, where it has one. */
void kept_remove(struct kept_list *list, struct kept *kept);

static inline bool kept_is_number(uint64_t id)
{
	return id > 0 && id <= INT64_MAX;
}

/* It is as a predecessor has written it under this number. */
void kept_restore(struct kept_list *list, struct kept *kept, uint64_t id);
