/* SPDX-License-Identifier: BSD-3-Clause */
/* What has passed on a set of SAs: the workers that own them are asked. */
#include <errno.h>

#include "sa_client_state.h"
#include "sa_handle.h"

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
		.cookie = sa_client_take_cookie(client),
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

void sa_client_take_usage(struct sa_client *client, const struct sa_event *event)
{
	uint64_t cookie = event->cookie & ~(uint64_t)(SA_CLIENT_COOKIES - 1);
	unsigned index = event->cookie & SA_CLIENT_COOKIE_SA;
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
