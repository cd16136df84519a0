/* SPDX-License-Identifier: BSD-3-Clause */
/* Beside the packet's way, in the same thread: so the table has one writer and no lock. */
#include "sa_apply.h"

#include <errno.h>

#include "icv.h"
#include "secret.h"

/* One slice's commands, and what their keys become. */
struct slice {
	unsigned count;
	struct sa_command commands[SA_APPLY_COMMANDS];
	uint8_t states[SA_APPLY_COMMANDS][2][SA_HASH_STATE_LEN];
};

/* All keys of a slice at once: vectors hash sixteen blocks in the time of one. */
static void derive_states(struct path *path, struct slice *slice, enum sa_algorithm algorithm)
{
	struct icv_key keys[SA_APPLY_COMMANDS];
	unsigned count = 0;

	for (unsigned i = 0; i < slice->count; i++) {
		const struct sa_command *command = &slice->commands[i];

		if (command->type == SA_COMMAND_ADD && command->parameters.algorithm == algorithm)
			keys[count++] = (struct icv_key){command->parameters.key, slice->states[i]};
	}
	if (count > 0)
		icv_keys_states(path->icv, algorithm, keys, count);
}

static void touch(const struct path *path, const struct slice *slice)
{
	for (unsigned i = 0; i < slice->count; i++)
		if (slice->commands[i].type == SA_COMMAND_DELETE ||
			slice->commands[i].type == SA_COMMAND_KEEP)
			sa_table_touch_entry(&path->table, slice->commands[i].handle);
	for (unsigned i = 0; i < slice->count; i++) {
		const struct sa_command *command = &slice->commands[i];

		if (command->type == SA_COMMAND_ADD)
			sa_table_touch_add(&path->table, &command->parameters);
		else if (command->type == SA_COMMAND_DELETE)
			sa_table_touch_delete(&path->table, command->handle);
	}
}

/* Whether what is in its way is this very SA, of a predecessor: of the worker (again), who had no
 * time to say so, or of the control plane, who begins anew with the same key. No number comes
 * twice under one key, and no packet is taken twice. */
static bool is_there(const struct path *path, const struct sa_command *command,
	uint8_t states[2][SA_HASH_STATE_LEN], bool again, uint64_t *handle)
{
	if (sa_table_find_same(&path->table, &command->parameters, states, handle) != 0)
		return false;
	return again || sa_table_get(&path->table, *handle)->kept != (uint16_t)command->epoch;
}

/* What a control plane keeps it has named before it adds anything: all else of its predecessors
 * that is in the way is about to be flushed. */
static bool displace(struct path *path, const struct sa_command *command)
{
	uint64_t handle;

	if (sa_table_find_taken(&path->table, &command->parameters, &handle) != 0 ||
		sa_table_get(&path->table, handle)->kept == (uint16_t)command->epoch ||
		sa_table_delete(&path->table, handle) != 0)
		return false;
	path->counters->sa_deleted++;
	return true;
}

static int add(struct path *path, const struct sa_command *command,
	uint8_t states[2][SA_HASH_STATE_LEN], bool again, uint64_t *handle)
{
	int status;

	if (sa_parameters_check(&command->parameters))
		return -EINVAL;
	do {
		status = sa_table_add(&path->table, &command->parameters, states, handle);
		path->counters->sa_added += status == 0;
		/* -ENOSPC: it might have had the last place. */
		if ((status == -EEXIST || status == -ENOSPC) &&
			is_there(path, command, states, again, handle))
			status = 0;
	} while (status == -EEXIST && displace(path, command));
	return status == 0 ? sa_table_keep(&path->table, *handle, (uint16_t)command->epoch)
			   : status;
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

static int carry_out(struct path *path, const struct sa_command *command,
	uint8_t states[2][SA_HASH_STATE_LEN], bool again, struct sa_event *event)
{
	int status = -EINVAL;

	if (command->type == SA_COMMAND_USAGE)
		return read_usage(path, command->handle, event);
	if (command->type == SA_COMMAND_KEEP) {
		event->handle = command->handle;
		return sa_table_keep(&path->table, command->handle, (uint16_t)command->epoch);
	}
	switch (command->type) {
	case SA_COMMAND_ADD:
		status = add(path, command, states, again, &event->handle);
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
		apply->flush_next = sa_table_flush(&path->table, apply->flush_next, SA_APPLY_PLACES,
			apply->flush_epoch, &deleted);
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

/* Returns how many were answered. */
static unsigned carry_out_slice(struct sa_apply *apply, struct slice *slice)
{
	for (unsigned i = 0; i < slice->count; i++) {
		const struct sa_command *command = &slice->commands[i];
		struct sa_event event = {.cookie = command->cookie, .type = SA_EVENT_ACKNOWLEDGED};

		if (command->type == SA_COMMAND_FLUSH) {
			apply->flushing = true;
			apply->flush_cookie = command->cookie;
			apply->flush_next = 0;
			apply->flush_epoch = (uint16_t)command->epoch;
			apply->again = false;
			return i;
		}
		event.status =
			carry_out(apply->path, command, slice->states[i], apply->again, &event);
		apply->again = false;
		if (!sa_channel_send_event(apply->channel, apply->worker, &event))
			return i; /* can not be: room was counted, and only this thread takes it */
		sa_channel_consume_command(apply->channel, apply->worker);
	}
	return slice->count;
}

unsigned sa_apply_slice(struct sa_apply *apply)
{
	unsigned sent, room = sa_channel_event_room(apply->channel, apply->worker);
	struct slice slice;

	if (apply->flushing)
		return flush_slice(apply);
	slice.count = sa_channel_peek_commands(apply->channel, apply->worker, slice.commands,
		room < SA_APPLY_COMMANDS ? room : SA_APPLY_COMMANDS);
	if (slice.count == 0)
		return 0;
	touch(apply->path, &slice);
	derive_states(apply->path, &slice, SA_HMAC_SHA_1_96);
	derive_states(apply->path, &slice, SA_HMAC_MD5_96);
	sent = carry_out_slice(apply, &slice);
	secret_wipe_bytes(slice.commands, slice.count * sizeof(slice.commands[0]));
	secret_wipe_bytes(slice.states, slice.count * sizeof(slice.states[0]));
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
