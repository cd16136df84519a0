/* SPDX-License-Identifier: BSD-3-Clause */
/* Timers E and F of a REGISTER over UDP. */
#include "retransmission.h"

#include <errno.h>

static void arm(struct event *event, unsigned ms)
{
	struct timeval after = {ms / 1000, (int)(ms % 1000) * 1000};

	evtimer_add(event, &after);
}

static void on_resend(evutil_socket_t fd, short what, void *context)
{
	struct retransmission *timers = context;

	(void)fd;
	(void)what;
	timers->interval_ms *= 2;
	if (timers->interval_ms > RETRANSMISSION_T2_MS)
		timers->interval_ms = RETRANSMISSION_T2_MS;
	arm(timers->resend, timers->interval_ms);
	timers->send(timers->context);
}

static void on_give_up(evutil_socket_t fd, short what, void *context)
{
	struct retransmission *timers = context;

	(void)fd;
	(void)what;
	retransmission_stop(timers);
	timers->expired(timers->context);
}

int retransmission_open(struct retransmission *timers, struct event_base *base)
{
	timers->resend = evtimer_new(base, on_resend, timers);
	timers->give_up = evtimer_new(base, on_give_up, timers);
	if (timers->resend && timers->give_up)
		return 0;
	retransmission_close(timers);
	return -ENOMEM;
}

void retransmission_close(struct retransmission *timers)
{
	if (timers->resend)
		event_free(timers->resend);
	if (timers->give_up)
		event_free(timers->give_up);
	timers->resend = timers->give_up = NULL;
}

void retransmission_start(struct retransmission *timers, unsigned t1_ms, unsigned timeout_ms)
{
	timers->interval_ms = t1_ms;
	arm(timers->resend, t1_ms);
	arm(timers->give_up, timeout_ms);
	timers->send(timers->context);
}

void retransmission_stop(struct retransmission *timers)
{
	evtimer_del(timers->resend);
	evtimer_del(timers->give_up);
}
