/* SPDX-License-Identifier: BSD-3-Clause */
#include "kept.h"

#include "log.h"

void kept_change(struct kept_list *list, struct kept *kept)
{
	if (!list->keeper || kept->has_changed)
		return;
	kept->has_changed = true;
	LIST_INSERT_HEAD(&list->changed, kept, changed);
}

static void take_off(struct kept *kept)
{
	if (kept->has_changed)
		LIST_REMOVE(kept, changed);
	kept->has_changed = false;
}

struct kept *kept_take(struct kept_list *list)
{
	struct kept *kept = LIST_FIRST(&list->changed);

	if (kept)
		take_off(kept);
	return kept;
}

void kept_write(struct kept_list *list, struct kept *kept, const struct record *record)
{
	static struct log_meter meter;

	if (record->failed) {
		log_metered(&meter, LOG_WARNING, "keeper: no memory for a record");
		return;
	}
	if (kept->record == 0)
		kept->record = ++list->records;
	list->keeper->put(list->keeper->context, kept->record, record);
}

void kept_remove(struct kept_list *list, struct kept *kept)
{
	take_off(kept);
	if (list->keeper && kept->record != 0)
		list->keeper->remove(list->keeper->context, kept->record);
	kept->record = 0;
}

void kept_restore(struct kept_list *list, struct kept *kept, uint64_t id)
{
	take_off(kept);
	kept->record = id;
	if (id > list->records)
		list->records = id;
}
