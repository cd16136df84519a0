/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the client only: what its files share. */
#pragma once

#include "sa_client.h"
#include "sa_owner.h"
#include "spi_allocator.h"

/* Of a cookie, the low bits: which SA, and what is asked. ADD: it is added, or kept (KEEP), and the
 * answer counts; neither: its usage is asked, or the answer tells nothing. */
#define SA_CLIENT_COOKIES     16
#define SA_CLIENT_COOKIE_SA   3
#define SA_CLIENT_COOKIE_ADD  4
#define SA_CLIENT_COOKIE_KEEP 8

/* An SA that stays, and the cookie of its acknowledgement. */
struct sa_client_keep {
	uint64_t handle, cookie;
};

/* What waits for room in the ring of one worker, in the order in which it goes there. */
struct sa_client_waiting {
	struct sa_client_keep *keeps;
	size_t keep_count, keep_room, keeps_sent;
	bool flush;
	uint64_t *deletions; /* handles */
	size_t deletion_count, deletion_room;
};

struct sa_client {
	struct sa_channel *channel;
	struct timer_queue *timers;
	uint32_t timeout_ms;
	uint64_t first_cookie, next_cookie;
	struct spi_allocator spis;
	struct sa_owner owner;
	uint32_t workers;
	struct sa_client_waiting *waiting; /* of each worker */
	bool started;
	struct sa_add *adds;
	struct sa_add *watched;
	struct sa_usage *usages;
	struct timer retry;
};

static inline uint64_t sa_client_take_cookie(struct sa_client *client)
{
	return client->next_cookie += SA_CLIENT_COOKIES;
}

/* sa_client_waiting.c: tries to send what waits for this worker. True: nothing waits any more. */
bool sa_client_send_waiting(struct sa_client *client, uint32_t worker);

/* The same for all workers; what does not go now is tried again soon. client: sa_client. */
void sa_client_retry(void *client);

/* Room for so many more keeps. 0 or -ENOMEM. */
int sa_client_reserve_keeps(struct sa_client_waiting *waiting, unsigned count)
	__attribute__((warn_unused_result));

/* sa_client_add.c: an acknowledgement of what was added or kept; the first use of an SA. */
void sa_client_take_added(struct sa_client *client, uint32_t worker, const struct sa_event *event);
void sa_client_take_first_use(struct sa_client *client, uint64_t handle);

/* sa_client_usage.c: an answer. */
void sa_client_take_usage(struct sa_client *client, const struct sa_event *event);
