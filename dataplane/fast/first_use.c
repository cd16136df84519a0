/* SPDX-License-Identifier: BSD-3-Clause */
/* Once per SA: a packet of it has passed window, ICV and selectors. */
#include "first_use.h"

#include "sa_channel.h"

void first_use(struct path *path, struct sa_entry *sa)
{
	struct sa_event event = {.type = SA_EVENT_FIRST_USE};

	if (!path->channel)
		return;
	event.handle = sa_table_handle(&path->table, sa);
	if (!sa_channel_send_event(path->channel, path->worker, &event))
		return;
	/* Behind the sending: a worker that dies in between tells it twice, not never. */
	sa->announced = 1;
	path->events++;
}
