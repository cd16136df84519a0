/* SPDX-License-Identifier: BSD-3-Clause */
/* Beside the packet's way, in the same thread: so the table has one writer and no lock. */
#include "sa_apply.h"

#include <errno.h>

#include "icv.h"
#include "secret.h"

/* again: what is there already and is the same SA is the predecessor's work. */
static int add(
	struct path *path, const struct sa_parameters *parameters, bool again, uint64_t *handle)
{
	uint8_t states[2][SA_HASH_STATE_LEN] = {0}; /* MD5's are shorter */
	int status;

	if (sa_parameters_check(parameters))
		return -EINVAL;
	icv_key_states(path->icv, parameters->algorithm, parameters->key, states);
	status = sa_table_add(&path->table, parameters, states, handle);
	if (status == -EEXIST && again)
		status = sa_table_find_same(&path->table, parameters, states, handle);
	secret_wipe_bytes(states, sizeof(states));
	return status;
}

static int read_usage(const struct path *path, uint64_t handle, struct sa_event *event)
{
	const struct sa_entry *entry = sa_table_get(&path->table, handle);

	event->handle = handle;
	if (!entry)
		return -ENOENT;
	event->packets = entry->packets;
	event->octets = entry->octets;
	return 0;
}

static int carry_out(
	struct path *path, const struct sa_command *command, bool again, struct sa_event *event)
{
	int status = -EINVAL;

	if (command->type == SA_COMMAND_USAGE)
		return read_usage(path, command->handle, event);
	switch (command->type) {
	case SA_COMMAND_ADD:
		status = add(path, &command->parameters, again, &event->handle);
		path->counters->sa_added += status == 0;
		break;
	case SA_COMMAND_DELETE:
		event->handle = command->handle;
		status = sa_table_delete(&path->table, command->handle);
		path->counters->sa_deleted += status == 0;
		break;
	default:
		break;
	}
	path->counters->sa_refused += status != 0;
	path->counters->sas = path->table.part.head->used;
	return status;
}

static unsigned flush_slice(struct sa_apply *apply)
{
	struct sa_event event = {.cookie = apply->flush_cookie, .type = SA_EVENT_ACKNOWLEDGED};
	struct path *path = apply->path;
	uint32_t deleted;

	if (apply->flush_next < path->table.part.capacity) {
		apply->flush_next =
			sa_table_flush(&path->table, apply->flush_next, SA_APPLY_PLACES, &deleted);
		path->counters->sa_deleted += deleted;
		path->counters->sas = path->table.part.head->used;
		return 0;
	}
	if (!sa_channel_send_event(apply->channel, apply->worker, &event))
		return 0; /* no room now: the next slice tries again */
	sa_channel_consume_command(apply->channel, apply->worker);
	apply->flushing = false;
	return 1;
}

unsigned sa_apply_slice(struct sa_apply *apply)
{
	unsigned sent = 0, room = sa_channel_event_room(apply->channel, apply->worker);

	if (apply->flushing)
		return flush_slice(apply);
	if (room > SA_APPLY_COMMANDS)
		room = SA_APPLY_COMMANDS;
	while (sent < room) {
		struct sa_command command;
		struct sa_event event = {.type = SA_EVENT_ACKNOWLEDGED};

		if (!sa_channel_peek_command(apply->channel, apply->worker, &command))
			break;
		if (command.type == SA_COMMAND_FLUSH) {
			apply->flushing = true;
			apply->flush_cookie = command.cookie;
			apply->flush_next = 0;
			break;
		}
		event.cookie = command.cookie;
		event.status = carry_out(apply->path, &command, apply->again, &event);
		apply->again = false;
		secret_wipe_bytes(&command, sizeof(command));
		if (!sa_channel_send_event(apply->channel, apply->worker, &event))
			break; /* can not be: room was counted, and only this thread takes it */
		sa_channel_consume_command(apply->channel, apply->worker);
		sent++;
	}
	return sent;
}

unsigned sa_apply_poll(struct sa_apply *apply, bool busy, uint64_t now)
{
	if (busy && now < apply->due &&
		sa_channel_commands(apply->channel, apply->worker) < SA_APPLY_COMMANDS)
		return 0;
	apply->due = now + apply->patience;
	return sa_apply_slice(apply);
}
