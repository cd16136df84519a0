/* SPDX-License-Identifier: BSD-3-Clause */
/* A set of SAs from its command to its acknowledgements; and those that a predecessor had. Cookies
 * are never used twice: an acknowledgement that nobody waits for any more is recognised, and its SA
 * deleted. */
#include <errno.h>

#include "sa_client_state.h"
#include "sa_handle.h"
#include "secret.h"

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
		.cookie = sa_client_take_cookie(client),
		.count = count,
		.missing = count};
	HASH_ADD(hh, client->adds, cookie, sizeof(add->cookie), add);
	if (add->hh.tbl)
		return 0;
	add->cookie = 0;
	return -ENOMEM;
}

int sa_client_keep(struct sa_client *client, const uint64_t *handles, unsigned count,
	struct sa_add *add, void (*added)(void *context, int status), void *context)
{
	uint32_t worker = count > 0 ? sa_handle_worker(handles[0]) : client->workers;
	struct sa_client_waiting *waiting;

	if (client->started)
		return -EBUSY;
	if (worker >= client->workers || count > SA_CLIENT_SET_MAX)
		return -EINVAL;
	for (unsigned i = 1; i < count; i++)
		if (sa_handle_worker(handles[i]) != worker)
			return -EINVAL;
	waiting = &client->waiting[worker];
	if (sa_client_reserve_keeps(waiting, count) != 0 ||
		begin(client, count, add, added, context) != 0)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++) {
		add->handles[i] = handles[i];
		waiting->keeps[waiting->keep_count++] = (struct sa_client_keep){
			.handle = handles[i],
			.cookie = add->cookie + SA_CLIENT_COOKIE_ADD + SA_CLIENT_COOKIE_KEEP + i};
	}
	return 0;
}

int sa_client_add(struct sa_client *client, const struct sa_parameters *sas, unsigned count,
	struct sa_add *add, void (*added)(void *context, int status), void *context)
{
	struct sa_command commands[SA_CLIENT_SET_MAX] = {0};
	uint32_t worker = sa_owner_of(&client->owner, &sas[0]);
	bool sent;

	if (!sa_client_send_waiting(client, worker))
		return -EAGAIN;
	if (begin(client, count, add, added, context) != 0)
		return -ENOMEM;
	for (unsigned i = 0; i < count; i++)
		commands[i] = (struct sa_command){.cookie = add->cookie + SA_CLIENT_COOKIE_ADD + i,
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

void sa_client_await(struct sa_client *client, struct sa_add *add)
{
	timer_queue_disarm(client->timers, &add->timer);
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

void sa_client_take_first_use(struct sa_client *client, uint64_t handle)
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

/* Of an addition of this client that nobody waits for any more. A predecessor's is flushed,
 * taken over, or kept under another cookie; what was to be kept is deleted by who gave that up. */
static bool is_nobodys(const struct sa_client *client, uint64_t cookie)
{
	uint64_t taken = client->next_cookie + SA_CLIENT_COOKIES - client->first_cookie;

	return !(cookie & SA_CLIENT_COOKIE_KEEP) && cookie - client->first_cookie < taken;
}

void sa_client_take_added(struct sa_client *client, uint32_t worker, const struct sa_event *event)
{
	uint64_t cookie = event->cookie & ~(uint64_t)(SA_CLIENT_COOKIES - 1);
	unsigned index = event->cookie & SA_CLIENT_COOKIE_SA;
	struct sa_add *add;

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
