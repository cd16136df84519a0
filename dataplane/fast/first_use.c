/* SPDX-License-Identifier: BSD-3-Clause */
/* From outside: what is here has passed window, ICV and selectors. */
#include "first_use.h"

#include "sa_channel.h"

void first_use(struct path *path, struct burst *burst)
{
	if (!path->channel)
		return;
	for (unsigned i = 0; i < burst->count; i++) {
		struct sa_entry *sa = burst->sa[i];
		struct sa_event event = {.type = SA_EVENT_FIRST_USE};

		if (sa->announced)
			continue;
		event.handle = sa_table_handle(&path->table, sa);
		if (!sa_channel_send_event(path->channel, path->worker, &event))
			continue;
		/* Behind the sending: a worker that dies in between tells it twice, not never. */
		sa->announced = 1;
		path->events++;
	}
}
