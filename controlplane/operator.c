/* SPDX-License-Identifier: BSD-3-Clause */
/* The operator's commands: who answers what. */
#include "operator.h"

#include <errno.h>
#include <stdlib.h>

#include "operator_state.h"

static void answer_status(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator* operator= context;

	(void)arguments;
	api_answer(client, 0, operator->view.roles ? "running" : "starting",
		json_pack("{s:b}", "running", operator->view.roles != NULL));
}

bool operator_impi(struct operator* operator, struct api_client * client, const json_t *arguments,
	bool needed, const char **impi)
{
	const json_t *value = json_object_get(arguments, "impi");
	const char *key;
	json_t *other;

	if (!operator->view.roles) {
		api_answer(client, -EAGAIN, "the control plane is starting", NULL);
		return false;
	}
	json_object_foreach((json_t *)arguments, key, other)
	{
		if (other != value) {
			api_answer(client, -EINVAL, "unknown argument; allowed: impi", NULL);
			return false;
		}
	}
	if ((value && !json_is_string(value)) || (!value && needed)) {
		api_answer(client, -EINVAL, "arguments must have \"impi\", a string", NULL);
		return false;
	}
	*impi = value ? json_string_value(value) : NULL;
	return true;
}

int operator_open(struct event_base *base, const char *path, struct operator** out)
{
	static struct api_command commands[] = {
		{"status", answer_status, NULL},
		{"show counters", operator_counters, NULL},
		{"show sa", operator_sa, NULL},
		{"show ue", operator_ue, NULL},
		{"trace", operator_trace, NULL},
	};
	const size_t count = sizeof(commands) / sizeof(commands[0]);
	struct operator* operator= calloc(1, sizeof(*operator));
	int status;

	if (!operator)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		commands[i].context = operator;
	status = api_open(base, path, commands, count, &operator->api);
	if (status != 0) {
		free(operator);
		return status;
	}
	*out = operator;
	return 0;
}

void operator_serve(struct operator* operator, const struct operator_view * view)
{
	operator->view = * view;
}

void operator_close(struct operator* operator)
{
	if (!operator)
		return;
	api_close(operator->api);
	free(operator);
}
