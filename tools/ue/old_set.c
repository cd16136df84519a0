/* SPDX-License-Identifier: BSD-3-Clause */
#include "old_set.h"

#include <errno.h>

static void on_end(evutil_socket_t fd, short what, void *context)
{
	struct old_set *old = context;
	struct registration *registration = old->registration;
	struct sa_set *const sets[] = {&registration->set, &registration->before};

	(void)fd;
	(void)what;
	/* A REGISTER under way may travel on it. */
	if (registration_is_busy(registration)) {
		evtimer_add(old->end, &(struct timeval){.tv_sec = 1});
		return;
	}
	for (unsigned i = 0; i < 2; i++) {
		if (sets[i]->own.spi_server != old->spi)
			continue;
		if (registration->established == sets[i])
			registration->established = NULL;
		sa_set_wipe(sets[i]);
		report_event(registration->report, "old-set-ended", NULL,
			"the network gave it no more time");
	}
}

int old_set_open(struct old_set *old, struct registration *registration, struct event_base *base)
{
	old->registration = registration;
	old->end = evtimer_new(base, on_end, old);
	return old->end ? 0 : -ENOMEM;
}

void old_set_close(struct old_set *old)
{
	if (old->end)
		event_free(old->end);
	old->end = NULL;
}

void old_set_shorten(struct old_set *old, uint32_t seconds)
{
	const struct timeval after = {.tv_sec = seconds};

	if (!old->registration->established)
		return;
	old->spi = old->registration->established->own.spi_server;
	evtimer_add(old->end, &after);
}

void old_set_keep(struct old_set *old)
{
	const struct sa_set *established = old->registration->established;

	if (established && established->own.spi_server == old->spi)
		evtimer_del(old->end);
}
