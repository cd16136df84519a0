/* SPDX-License-Identifier: BSD-3-Clause */
/* Timers E and F of a REGISTER over UDP (RFC 3261 §17.1.2.2): it is sent again after T1, 2·T1, …
 * up to T2, until an answer comes or the time is up. */
#pragma once

#include <event2/event.h>

#define RETRANSMISSION_T2_MS 4000

struct retransmission {
	struct event *resend, *give_up;
	unsigned interval_ms;
	void (*send)(void *context);
	void (*expired)(void *context);
	void *context;
};

/* send, expired and context are set by the caller before. 0, or -ENOMEM. */
int retransmission_open(struct retransmission *timers, struct event_base *base)
	__attribute__((warn_unused_result));
void retransmission_close(struct retransmission *timers);

/* Sends at once. timeout_ms: timer F, 64 · T1 by the RFC. */
void retransmission_start(struct retransmission *timers, unsigned t1_ms, unsigned timeout_ms);
void retransmission_stop(struct retransmission *timers);
