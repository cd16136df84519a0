/* SPDX-License-Identifier: BSD-3-Clause */
/* SAs go down to the data plane and their acknowledgements come back. A set of SAs is live as a
 * whole or not at all, and only when the worker has said so (INT-4). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "random.h"
#include "sa_channel.h"
#include "table.h"
#include "timer_queue.h"

#define SA_CLIENT_SET_MAX 4 /* SAs in one set */

struct sa_client;

/* A set on its way; lies inside its owner, who cancels it before it goes. */
struct sa_add {
	/* Once: 0 and the handles, in the order of the SAs; or an errno of sa_channel.h, or
	 * -ETIMEDOUT: then none of them is live, or stays so. */
	void (*added)(void *context, int status);
	void *context;
	uint64_t handles[SA_CLIENT_SET_MAX];

	struct sa_client *client;
	uint64_t cookie; /* of the first SA; 0: not under way */
	unsigned count, missing;
	int status;
	uint8_t live; /* a bit per handle */
	struct timer timer;
	UT_hash_handle hh; /* by cookie */

	/* Of sa_client_watch. */
	void (*used)(void *context);
	void *used_context;
	uint64_t watched; /* handle */
	UT_hash_handle watched_hh;
};

/* What has passed on one SA: packets that were verified or protected, and their IP octets, inbound
 * ones without ESP. */
struct sa_traffic {
	uint64_t packets, octets;
};

/* A question for the usage of a set; lies inside who asks, and who cancels it before it goes. */
struct sa_usage {
	/* Once: 0 and traffic, in the order of the handles; or -ENOENT (one is gone) or
	 * -ETIMEDOUT. */
	void (*known)(void *context, int status);
	void *context;
	struct sa_traffic traffic[SA_CLIENT_SET_MAX];

	struct sa_client *client;
	uint64_t cookie; /* of the first SA; 0: not under way */
	unsigned count, missing;
	int status;
	struct timer timer;
	UT_hash_handle hh; /* by cookie */
};

/* channel, timers outlive the client. */
struct sa_client_settings {
	struct sa_channel *channel;
	struct timer_queue *timers;
	struct random random;
	uint32_t capacity;   /* SAs per worker, both directions together */
	uint32_t timeout_ms; /* how long an acknowledgement may take */
};

/* Takes over what a predecessor left: the rings, and the SAs that it installed. Nothing goes down
 * before sa_client_start. 0 or -ENOMEM. */
int sa_client_create(const struct sa_client_settings *settings, struct sa_client **out)
	__attribute__((warn_unused_result));
void sa_client_destroy(struct sa_client *client);

/* Behind what is kept (sa_client_keep). An SA that is added from now on takes over the
 * predecessor's where that is the same, with the same key. */
void sa_client_start(struct sa_client *client);

/* Behind that: what was neither kept nor added goes. */
void sa_client_flush(struct sa_client *client);

/* An SPI for an inbound SA between these addresses, unlike those of avoid (P-SPI). All inbound SAs
 * that go down here have theirs from one space. It is in use until it is released. 0: no place is
 * left. */
uint32_t sa_client_choose_spi(struct sa_client *client, const struct net_address *local,
	const struct net_address *remote, const uint32_t *avoid, size_t count);

/* One that a predecessor chose. False: its place is in use. */
bool sa_client_reclaim_spi(struct sa_client *client, const struct net_address *local,
	const struct net_address *remote, uint32_t spi) __attribute__((warn_unused_result));

/* Once its SA has been deleted, or has never come. Nothing happens where it was not chosen here. */
void sa_client_release_spi(struct sa_client *client, const struct net_address *local,
	const struct net_address *remote, uint32_t spi);

/* taken(context, spi): is it in use by somebody who chose it himself? NULL: there is nobody. */
void sa_client_set_taken(
	struct sa_client *client, bool (*taken)(void *context, uint32_t spi), void *context);

/* SAs of one pair of addresses, so that one worker owns them all. 0: added will be called, later.
 * -EAGAIN: its ring has no room, or the client has not started; nothing was sent. */
int sa_client_add(struct sa_client *client, const struct sa_parameters *sas, unsigned count,
	struct sa_add *add, void (*added)(void *context, int status), void *context)
	__attribute__((warn_unused_result));

/* Of what is under way: added is called however long that takes. */
void sa_client_await(struct sa_client *client, struct sa_add *add);

/* Before the start: the SAs of these handles, of one worker, are a predecessor's and stay. added
 * will be called as for SAs that are added: an errno, -ENOENT, where one of them is gone; then none
 * of them stays. However long that takes: a data plane that is away answers when it is back. 0,
 * -EINVAL (not of one worker, or of none), -EBUSY (started) or -ENOMEM. */
int sa_client_keep(struct sa_client *client, const uint64_t *handles, unsigned count,
	struct sa_add *add, void (*added)(void *context, int status), void *context)
	__attribute__((warn_unused_result));

/* Once added has said 0, or of SAs that are kept: used(context) is called, once, when the first
 * genuine packet has come on the SA number index, which is inbound; of kept ones the first one from
 * now on. Without memory for that it never is. */
void sa_client_watch(struct sa_client *client, struct sa_add *add, unsigned index,
	void (*used)(void *context), void *context);

/* Neither added nor used will be called; what becomes live nevertheless is deleted at once. */
void sa_client_cancel(struct sa_client *client, struct sa_add *add);

/* Of SAs that live, or are kept: neither will be called, and they are left as they are. */
void sa_client_leave(struct sa_client *client, struct sa_add *add);

/* 0: known will be called, later. -EAGAIN: a ring has no room; -ENOMEM. */
int sa_client_usage(struct sa_client *client, const uint64_t *handles, unsigned count,
	struct sa_usage *usage, void (*known)(void *context, int status), void *context)
	__attribute__((warn_unused_result));

/* Also of one that is not under way. */
void sa_client_usage_cancel(struct sa_usage *usage);

/* Never fails: what the ring does not take waits here. */
void sa_client_delete(struct sa_client *client, const uint64_t *handles, unsigned count);

/* What is under way now. */
struct sa_client_gauges {
	size_t adds;      /* sets that wait for their acknowledgements */
	size_t watched;   /* sets whose first use is awaited */
	size_t deletions; /* SAs whose deletion waits for room */
	size_t spis;      /* chosen and in use */
};

void sa_client_gauge(const struct sa_client *client, struct sa_client_gauges *out);

/* When the data plane has rung the bell, and from time to time. */
void sa_client_poll(struct sa_client *client);
