/* SPDX-License-Identifier: BSD-3-Clause */
/* The operator's commands: who answers what. */
#include "operator.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "operator_manual_sa.h"
#include "operator_state.h"

static json_t *links(const struct sa_channel *channel)
{
	json_t *out = json_object();

	for (unsigned i = 0; i < SA_CHANNEL_SIDES; i++) {
		enum sa_channel_side side = (enum sa_channel_side)i;
		enum sa_channel_link link = sa_channel_link(channel, side);

		json_object_set_new(
			out, sa_channel_side_name(side), json_string(sa_channel_link_name(link)));
	}
	return out;
}

static void answer_status(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	json_t *gauges;

	(void)arguments;
	if (!desk->view.roles) {
		api_answer(client, 0, "starting", json_pack("{s:b}", "running", 0));
		return;
	}
	gauges = operator_gauges(&desk->view);
	json_object_set_new(gauges, "running", json_true());
	json_object_set_new(gauges, "links", links(desk->view.channel));
	api_answer(client, 0, "running", gauges);
}

bool operator_is_up(struct operator_desk *desk, struct api_client *client)
{
	if (!desk->view.roles)
		api_answer(client, -EAGAIN, "the control plane is starting", NULL);
	return desk->view.roles != NULL;
}

bool operator_argument(struct operator_desk *desk, struct api_client *client,
	const json_t *arguments, const char *name, bool needed, const char **out)
{
	const json_t *value = json_object_get(arguments, name);
	const char *key;
	char text[64];
	json_t *other;

	if (!operator_is_up(desk, client))
		return false;
	json_object_foreach((json_t *)arguments, key, other)
	{
		if (other != value) {
			snprintf(text, sizeof(text), "unknown argument; allowed: %s", name);
			api_answer(client, -EINVAL, text, NULL);
			return false;
		}
	}
	if ((value && !json_is_string(value)) || (!value && needed)) {
		snprintf(text, sizeof(text), "arguments must have \"%s\", a string", name);
		api_answer(client, -EINVAL, text, NULL);
		return false;
	}
	*out = value ? json_string_value(value) : NULL;
	return true;
}

bool operator_impi(struct operator_desk *desk, struct api_client *client, const json_t *arguments,
	bool needed, const char **impi)
{
	return operator_argument(desk, client, arguments, "impi", needed, impi);
}

int operator_open(struct event_base *base, const char *path, struct operator_desk **out)
{
	static struct api_command commands[] = {
		{"status", answer_status, NULL},
		{"show counters", operator_counters, NULL},
		{"show sa", operator_sa, NULL},
		{"show ue", operator_ue, NULL},
		{"trace", operator_trace, NULL},
		{"reauth", operator_reauth, NULL},
		{"deregister", operator_deregister, NULL},
		{"sa import", operator_manual_sa_import, NULL},
		{"sa list", operator_manual_sa_list, NULL},
		{"sa delete", operator_manual_sa_delete, NULL},
	};
	const size_t count = sizeof(commands) / sizeof(commands[0]);
	struct operator_desk *desk = calloc(1, sizeof(*desk));
	int status;

	if (!desk)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		commands[i].context = desk;
	status = api_open(base, path, commands, count, &desk->api);
	if (status != 0) {
		free(desk);
		return status;
	}
	*out = desk;
	return 0;
}

void operator_serve(struct operator_desk *desk, const struct operator_view *view)
{
	desk->view = *view;
}

void operator_close(struct operator_desk *desk)
{
	if (!desk)
		return;
	api_close(desk->api);
	free(desk);
}
