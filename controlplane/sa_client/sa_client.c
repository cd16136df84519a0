/* SPDX-License-Identifier: BSD-3-Clause */
/* The control plane's end of the SA channel. A new SA goes to the worker that owns its addresses,
 * whose number is in the handle from then on. Cookies are never used twice: an acknowledgement that
 * nobody waits for any more is recognised, and its SA deleted. */
#include "sa_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "sa_handle.h"
#include "sa_owner.h"
#include "secret.h"
#include "spi_allocator.h"

#define COOKIES_PER_ADD 16 /* the low bits: which SA, and what is asked */
#define COOKIE_INDEX    3
#define COOKIE_ADD      4
#define COOKIE_KEEP     8
#define EVENTS_AT_ONCE  64
#define RETRY_MS        20

/* An SA that stays, and the cookie of its acknowledgement. */
struct keep {
	uint64_t handle, cookie;
};

/* What waits for room in the ring of one worker, in the order in which it goes there. */
struct waiting {
	struct keep *keeps;
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
	struct waiting *waiting; /* of each worker */
	bool started;
	struct sa_add *adds;
	struct sa_add *watched;
	struct sa_usage *usages;
	struct timer retry;
};

static uint64_t take_cookie(struct sa_client *client)
{
	return client->next_cookie += COOKIES_PER_ADD;
}

/* True: nothing of it waits any more. */
static bool send_keeps(struct sa_client *client, uint32_t worker)
{
	struct waiting *waiting = &client->waiting[worker];
	struct sa_command command = {
		.type = SA_COMMAND_KEEP, .epoch = sa_channel_epoch(client->channel)};

	for (; waiting->keeps_sent < waiting->keep_count; waiting->keeps_sent++) {
		command.handle = waiting->keeps[waiting->keeps_sent].handle;
		command.cookie = waiting->keeps[waiting->keeps_sent].cookie;
		if (!sa_channel_send_commands(client->channel, worker, &command, 1))
			return false;
	}
	free(waiting->keeps);
	waiting->keeps = NULL;
	waiting->keep_count = waiting->keep_room = waiting->keeps_sent = 0;
	return true;
}

static bool send_flush(struct sa_client *client, uint32_t worker)
{
	const struct sa_command command = {.type = SA_COMMAND_FLUSH,
		.cookie = take_cookie(client),
		.epoch = sa_channel_epoch(client->channel)};

	if (!sa_channel_send_commands(client->channel, worker, &command, 1))
		return false;
	client->waiting[worker].flush = false;
	return true;
}

/* Tries to send what waits for this worker, in order. True: nothing waits any more. */
static bool send_waiting(struct sa_client *client, uint32_t worker)
{
	struct sa_command command = {.type = SA_COMMAND_DELETE};
	struct waiting *waiting = &client->waiting[worker];
	size_t sent = 0;

	if (!client->started)
		return false;
	if (!send_keeps(client, worker) || (waiting->flush && !send_flush(client, worker)))
		return false;
	for (; sent < waiting->deletion_count; sent++) {
		command.cookie = take_cookie(client);
		command.handle = waiting->deletions[sent];
		if (!sa_channel_send_commands(client->channel, worker, &command, 1))
			break;
	}
	if (sent == 0)
		return waiting->deletion_count == 0;
	waiting->deletion_count -= sent;
	memmove(waiting->deletions, waiting->deletions + sent,
		waiting->deletion_count * sizeof(waiting->deletions[0]));
	return waiting->deletion_count == 0;
}

static void retry(void *context)
{
	struct sa_client *client = context;
	bool all = true;

	for (uint32_t w = 0; w < client->workers; w++)
		all &= send_waiting(client, w);
	if (!all)
		timer_queue_arm(client->timers, &client->retry, RETRY_MS, retry, client);
}

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
	client->next_cookie &= ~(uint64_t)(COOKIES_PER_ADD - 1);
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
	retry(client);
}

void sa_client_flush(struct sa_client *client)
{
	for (uint32_t w = 0; w < client->workers; w++)
		client->waiting[w].flush = true;
	retry(client);
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

static void forget(struct sa_client *client, struct sa_add *add)
{
	HASH_DEL(client->adds, add);
	timer_queue_disarm(client->timers, &add->timer);
	add->cookie = 0;
}

static void delete_live(struct sa_client *client, struct sa_add *add)
{
	for (unsigned i = 0; i < add->count; i++)
		if (add->live & 1u << i)
			sa_client_delete(client, &add->handles[i], 1);
	add->live = 0;
}

static void time_out(void *context)
{
	struct sa_add *add = context;

	/* What is acknowledged late finds no cookie, and is deleted then. */
	forget(add->client, add);
	delete_live(add->client, add);
	add->added(add->context, -ETIMEDOUT);
}

/* It waits for count acknowledgements. 0 or -ENOMEM. */
static int begin(struct sa_client *client, unsigned count, struct sa_add *add,
	void (*added)(void *context, int status), void *context)
{
	*add = (struct sa_add){.client = client,
		.added = added,
		.context = context,
		.cookie = take_cookie(client),
		.count = count,
		.missing = count};
	HASH_ADD(hh, client->adds, cookie, sizeof(add->cookie), add);
	if (add->hh.tbl)
		return 0;
	add->cookie = 0;
	return -ENOMEM;
}

/* So many more. 0 or -ENOMEM. */
static int reserve_keeps(struct waiting *waiting, unsigned count)
{
	size_t wanted = waiting->keep_count + count;
	struct keep *grown;

	if (wanted <= waiting->keep_room)
		return 0;
	grown = realloc(waiting->keeps, 2 * wanted * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	waiting->keeps = grown;
	waiting->keep_room = 2 * wanted;
	return 0;
}

int sa_client_keep(struct sa_client *client, const uint64_t *handles, unsigned count,
	struct sa_add *add, void (*added)(void *context, int status), void *context)
{
	uint32_t worker = count > 0 ? sa_handle_worker(handles[0]) : client->workers;
	struct waiting *waiting;

	if (client->started)
		return -EBUSY;
	if (worker >= client->workers || count > SA_CLIENT_SET_MAX)
		return -EINVAL;
	for (unsigned i = 1; i < count; i++)
		if (sa_handle_worker(handles[i]) != worker)
			return -EINVAL;
	waiting = &client->waiting[worker];
	if (reserve_keeps(waiting, count) != 0 || begin(client, count, add, added, context) != 0)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++) {
		add->handles[i] = handles[i];
		waiting->keeps[waiting->keep_count++] = (struct keep){
			.handle = handles[i], .cookie = add->cookie + COOKIE_ADD + COOKIE_KEEP + i};
	}
	return 0;
}

int sa_client_add(struct sa_client *client, const struct sa_parameters *sas, unsigned count,
	struct sa_add *add, void (*added)(void *context, int status), void *context)
{
	struct sa_command commands[SA_CLIENT_SET_MAX] = {0};
	uint32_t worker = sa_owner_of(&client->owner, &sas[0]);
	bool sent;

	if (!send_waiting(client, worker))
		return -EAGAIN;
	if (begin(client, count, add, added, context) != 0)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++)
		commands[i] = (struct sa_command){.cookie = add->cookie + COOKIE_ADD + i,
			.type = SA_COMMAND_ADD,
			.epoch = sa_channel_epoch(client->channel),
			.parameters = sas[i]};
	sent = sa_channel_send_commands(client->channel, worker, commands, count);
	secret_wipe_bytes(commands, sizeof(commands));
	if (!sent) {
		forget(client, add);
		return -EAGAIN;
	}
	timer_queue_arm(client->timers, &add->timer, client->timeout_ms, time_out, add);
	return 0;
}

void sa_client_watch(struct sa_client *client, struct sa_add *add, unsigned index,
	void (*used)(void *context), void *context)
{
	add->used = used;
	add->used_context = context;
	add->watched = add->handles[index];
	HASH_ADD(watched_hh, client->watched, watched, sizeof(add->watched), add);
}

static void unwatch(struct sa_client *client, struct sa_add *add)
{
	if (!add->watched_hh.tbl)
		return;
	HASH_DELETE(watched_hh, client->watched, add);
	add->watched_hh.tbl = NULL;
}

static void take_first_use(struct sa_client *client, uint64_t handle)
{
	struct sa_add *add;

	HASH_FIND(watched_hh, client->watched, &handle, sizeof(handle), add);
	if (!add)
		return;
	unwatch(client, add);
	add->used(add->used_context);
}

void sa_client_leave(struct sa_client *client, struct sa_add *add)
{
	unwatch(client, add);
	if (add->cookie != 0)
		forget(client, add);
}

void sa_client_cancel(struct sa_client *client, struct sa_add *add)
{
	bool waits = add->cookie != 0;

	sa_client_leave(client, add);
	if (waits)
		delete_live(client, add);
}

static void wait_for_deletion(struct waiting *waiting, uint64_t handle)
{
	if (waiting->deletion_count == waiting->deletion_room) {
		size_t room = 2 * waiting->deletion_room + 64;
		uint64_t *grown = realloc(waiting->deletions, room * sizeof(*grown));

		if (!grown) {
			log_error("sa_client: no memory to delete an SA: it stays");
			return;
		}
		waiting->deletions = grown;
		waiting->deletion_room = room;
	}
	waiting->deletions[waiting->deletion_count++] = handle;
}

void sa_client_delete(struct sa_client *client, const uint64_t *handles, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		uint32_t worker = sa_handle_worker(handles[i]);

		wait_for_deletion(&client->waiting[worker], handles[i]);
		spi_allocator_give(&client->spis, worker, sa_handle_place(handles[i]));
	}
	retry(client);
}

static void end_usage(struct sa_usage *usage, int status)
{
	sa_client_usage_cancel(usage);
	usage->known(usage->context, status);
}

static void usage_timed_out(void *context)
{
	end_usage(context, -ETIMEDOUT);
}

int sa_client_usage(struct sa_client *client, const uint64_t *handles, unsigned count,
	struct sa_usage *usage, void (*known)(void *context, int status), void *context)
{
	bool sent = true;

	*usage = (struct sa_usage){.known = known,
		.context = context,
		.client = client,
		.cookie = take_cookie(client),
		.count = count,
		.missing = count};
	HASH_ADD(hh, client->usages, cookie, sizeof(usage->cookie), usage);
	if (!usage->hh.tbl) {
		usage->cookie = 0;
		return -ENOMEM;
	}
	for (unsigned i = 0; i < count && sent; i++) {
		const struct sa_command command = {.cookie = usage->cookie + i,
			.type = SA_COMMAND_USAGE,
			.handle = handles[i]};

		sent = sa_channel_send_commands(
			client->channel, sa_handle_worker(handles[i]), &command, 1);
	}
	if (!sent) { /* an answer to a part of it finds no cookie */
		sa_client_usage_cancel(usage);
		return -EAGAIN;
	}
	timer_queue_arm(client->timers, &usage->timer, client->timeout_ms, usage_timed_out, usage);
	return 0;
}

void sa_client_usage_cancel(struct sa_usage *usage)
{
	if (usage->cookie == 0)
		return;
	HASH_DEL(usage->client->usages, usage);
	timer_queue_disarm(usage->client->timers, &usage->timer);
	usage->cookie = 0;
}

static void take_usage(
	struct sa_client *client, uint64_t cookie, unsigned index, const struct sa_event *event)
{
	struct sa_usage *usage;

	HASH_FIND(hh, client->usages, &cookie, sizeof(cookie), usage);
	if (!usage || index >= usage->count)
		return;
	usage->traffic[index] = (struct sa_traffic){event->packets, event->octets};
	if (event->status != 0)
		usage->status = event->status;
	if (--usage->missing == 0)
		end_usage(usage, usage->status);
}

/* Of an addition of this client that nobody waits for any more. A predecessor's is flushed, or kept
 * under another cookie; what was to be kept is deleted by who gave that up. */
static bool is_nobodys(const struct sa_client *client, uint64_t cookie)
{
	uint64_t taken = client->next_cookie + COOKIES_PER_ADD - client->first_cookie;

	return !(cookie & COOKIE_KEEP) && cookie - client->first_cookie < taken;
}

static void take_event(struct sa_client *client, uint32_t worker, const struct sa_event *event)
{
	uint64_t cookie = event->cookie & ~(uint64_t)(COOKIES_PER_ADD - 1);
	unsigned index = event->cookie & COOKIE_INDEX;
	struct sa_add *add;

	if (event->type == SA_EVENT_FIRST_USE)
		take_first_use(client, event->handle);
	if (event->type != SA_EVENT_ACKNOWLEDGED)
		return;
	if (!(event->cookie & COOKIE_ADD)) {
		take_usage(client, cookie, index, event);
		return;
	}
	HASH_FIND(hh, client->adds, &cookie, sizeof(cookie), add);
	if (!add && !is_nobodys(client, event->cookie))
		return;
	if (event->status == 0)
		spi_allocator_take(&client->spis, worker, sa_handle_place(event->handle));
	if (!add || index >= add->count) {
		if (event->status == 0)
			sa_client_delete(client, &event->handle, 1);
		return;
	}
	add->missing--;
	if (event->status == 0) {
		add->handles[index] = event->handle;
		add->live |= (uint8_t)(1u << index);
	} else if (add->status == 0) {
		add->status = event->status;
	}
	if (add->missing > 0)
		return;
	forget(client, add);
	if (add->status != 0)
		delete_live(client, add);
	add->added(add->context, add->status);
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
	retry(client);
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
