/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane's end of the SA channel. A new SA goes to the worker that owns its addresses,
 * whose number is in the handle from then on. */
#include "sa_client.h"

#include <errno.h>
#include <stdlib.h>

#include "sa_client_state.h"

#define EVENTS_AT_ONCE 64

int sa_client_create(const struct sa_client_settings *settings, struct sa_client **out)
{
	uint32_t workers = sa_channel_workers(settings->channel);
	struct sa_client *client = calloc(1, sizeof(*client));
	int status = -ENOMEM;

	if (!client)
		return status;
	client->waiting = calloc(workers, sizeof(client->waiting[0]));
	if (!client->waiting)
		goto free_client;
	status = spi_allocator_open(&client->spis, workers, settings->capacity, &settings->random);
	if (status != 0)
		goto free_waiting;
	client->workers = workers;
	sa_owner_init(&client->owner, workers);
	client->channel = settings->channel;
	client->timers = settings->timers;
	client->timeout_ms = settings->timeout_ms;
	/* The predecessor's acknowledgements may still come: its cookies are others. */
	random_fill(&settings->random, &client->next_cookie, sizeof(client->next_cookie));
	client->next_cookie &= ~(uint64_t)(SA_CLIENT_COOKIES - 1);
	client->first_cookie = client->next_cookie;
	sa_channel_resume_control(client->channel);
	*out = client;
	return 0;

free_waiting:
	free(client->waiting);
free_client:
	free(client);
	return status;
}

void sa_client_destroy(struct sa_client *client)
{
	if (!client)
		return;
	timer_queue_disarm(client->timers, &client->retry);
	for (uint32_t w = 0; w < client->workers; w++) {
		free(client->waiting[w].keeps);
		free(client->waiting[w].deletions);
	}
	free(client->waiting);
	spi_allocator_close(&client->spis);
	free(client);
}

void sa_client_start(struct sa_client *client)
{
	client->started = true;
	sa_client_retry(client);
}

void sa_client_flush(struct sa_client *client)
{
	for (uint32_t w = 0; w < client->workers; w++)
		client->waiting[w].flush = true;
	sa_client_retry(client);
}

static uint32_t owner_of(const struct sa_client *client, const struct net_address *local,
	const struct net_address *remote)
{
	const struct sa_parameters ends = {.local = *local, .remote = *remote};

	return sa_owner_of(&client->owner, &ends);
}

uint32_t sa_client_choose_spi(struct sa_client *client, const struct net_address *local,
	const struct net_address *remote, const uint32_t *avoid, size_t count)
{
	return spi_allocator_next(&client->spis, owner_of(client, local, remote), avoid, count);
}

bool sa_client_reclaim_spi(struct sa_client *client, const struct net_address *local,
	const struct net_address *remote, uint32_t spi)
{
	return spi_allocator_reclaim(&client->spis, owner_of(client, local, remote), spi);
}

void sa_client_release_spi(struct sa_client *client, const struct net_address *local,
	const struct net_address *remote, uint32_t spi)
{
	spi_allocator_release(&client->spis, owner_of(client, local, remote), spi);
}

void sa_client_set_taken(
	struct sa_client *client, bool (*taken)(void *context, uint32_t spi), void *context)
{
	client->spis.taken = taken;
	client->spis.context = context;
}

static void take_event(struct sa_client *client, uint32_t worker, const struct sa_event *event)
{
	if (event->type == SA_EVENT_FIRST_USE)
		sa_client_take_first_use(client, event->handle);
	else if (event->type == SA_EVENT_ACKNOWLEDGED && event->cookie & SA_CLIENT_COOKIE_ADD)
		sa_client_take_added(client, worker, event);
	else if (event->type == SA_EVENT_ACKNOWLEDGED)
		sa_client_take_usage(client, event);
}

static void take_events(struct sa_client *client, uint32_t worker)
{
	struct sa_event events[EVENTS_AT_ONCE];
	unsigned count;

	do {
		count = sa_channel_receive_events(client->channel, worker, events, EVENTS_AT_ONCE);
		for (unsigned i = 0; i < count; i++)
			take_event(client, worker, &events[i]);
	} while (count == EVENTS_AT_ONCE);
}

void sa_client_poll(struct sa_client *client)
{
	for (uint32_t w = 0; w < client->workers; w++)
		take_events(client, w);
	/* What was acknowledged has left room for what waits. */
	sa_client_retry(client);
}

void sa_client_gauge(const struct sa_client *client, struct sa_client_gauges *out)
{
	*out = (struct sa_client_gauges){
		.adds = HASH_COUNT(client->adds),
		.watched = HASH_CNT(watched_hh, client->watched),
		.spis = client->spis.in_use,
	};
	for (uint32_t w = 0; w < client->workers; w++)
		out->deletions += client->waiting[w].deletion_count;
}
