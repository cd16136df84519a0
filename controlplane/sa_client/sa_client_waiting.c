/* SPDX-License-Identifier: BSD-3-Clause */
/* What a ring has no room for waits here: first what a predecessor had and stays, then the flush of
 * all else, then deletions. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "sa_client_state.h"
#include "sa_handle.h"

#define RETRY_MS 20

/* True: nothing of it waits any more. */
static bool send_keeps(struct sa_client *client, uint32_t worker)
{
	struct sa_client_waiting *waiting = &client->waiting[worker];
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
		.cookie = sa_client_take_cookie(client),
		.epoch = sa_channel_epoch(client->channel)};

	if (!sa_channel_send_commands(client->channel, worker, &command, 1))
		return false;
	client->waiting[worker].flush = false;
	return true;
}

bool sa_client_send_waiting(struct sa_client *client, uint32_t worker)
{
	struct sa_command command = {.type = SA_COMMAND_DELETE};
	struct sa_client_waiting *waiting = &client->waiting[worker];
	size_t sent = 0;

	if (!client->started)
		return false;
	if (!send_keeps(client, worker) || (waiting->flush && !send_flush(client, worker)))
		return false;
	for (; sent < waiting->deletion_count; sent++) {
		command.cookie = sa_client_take_cookie(client);
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

void sa_client_retry(void *context)
{
	struct sa_client *client = context;
	bool all = true;

	for (uint32_t w = 0; w < client->workers; w++)
		all &= sa_client_send_waiting(client, w);
	if (!all)
		timer_queue_arm(client->timers, &client->retry, RETRY_MS, sa_client_retry, client);
}

int sa_client_reserve_keeps(struct sa_client_waiting *waiting, unsigned count)
{
	size_t wanted = waiting->keep_count + count;
	struct sa_client_keep *grown;

	if (wanted <= waiting->keep_room)
		return 0;
	grown = realloc(waiting->keeps, 2 * wanted * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	waiting->keeps = grown;
	waiting->keep_room = 2 * wanted;
	return 0;
}

static void wait_for_deletion(struct sa_client_waiting *waiting, uint64_t handle)
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
	sa_client_retry(client);
}
