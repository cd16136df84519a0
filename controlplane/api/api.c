/* SPDX-License-Identifier: BSD-3-Clause */
#include "api.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/listener.h>

#include "api_client.h"
#include "log.h"

#define CLIENTS_MAX 64

struct api {
	struct event_base *base;
	struct evconnlistener *listener;
	const struct api_command *commands;
	size_t command_count;
	struct api_client *clients;
	unsigned client_count;
};

const struct api_command *api_find_command(const struct api *api, const char *name)
{
	for (size_t i = 0; i < api->command_count; i++)
		if (strcmp(api->commands[i].name, name) == 0)
			return &api->commands[i];
	return NULL;
}

void api_forget_client(struct api *api, struct api_client *client)
{
	if (client->next)
		client->next->previous = client->previous;
	if (client->previous)
		client->previous->next = client->next;
	else
		api->clients = client->next;
	api->client_count--;
}

static void on_connection(struct evconnlistener *listener, evutil_socket_t fd,
	struct sockaddr *address, int len, void *context)
{
	static struct log_meter meter;
	struct api *api = context;
	struct api_client *client;

	(void)listener;
	(void)address;
	(void)len;
	if (api->client_count == CLIENTS_MAX) {
		log_metered(&meter, LOG_WARNING, "api: more than %d connections", CLIENTS_MAX);
		evutil_closesocket(fd);
		return;
	}
	if (api_client_create(api, api->base, fd, &client) != 0)
		return;
	client->next = api->clients;
	if (api->clients)
		api->clients->previous = client;
	api->clients = client;
	api->client_count++;
}

/* Nobody but the owner ever may open it, not even in between. */
static int bind_private(const char *path, evutil_socket_t *fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t mask;
	int error = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	if (unlink(path) != 0 && errno != ENOENT)
		return -errno;
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return -errno;
	mask = umask(0177);
	if (bind(*fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		error = -errno;
	umask(mask);
	if (error)
		evutil_closesocket(*fd);
	return error;
}

int api_open(struct event_base *base, const char *path, const struct api_command *commands,
	size_t command_count, struct api **out)
{
	evutil_socket_t fd = -1;
	int error = bind_private(path, &fd);
	struct api *api;

	if (error)
		return error;
	api = calloc(1, sizeof(*api));
	if (!api) {
		error = -ENOMEM;
		goto close_socket;
	}
	*api = (struct api){.base = base, .commands = commands, .command_count = command_count};
	api->listener =
		evconnlistener_new(base, on_connection, api, LEV_OPT_CLOSE_ON_FREE, SOMAXCONN, fd);
	if (!api->listener) {
		error = -errno;
		goto free_api;
	}
	*out = api;
	return 0;

free_api:
	free(api);
close_socket:
	evutil_closesocket(fd);
	return error;
}

void api_close(struct api *api)
{
	if (!api)
		return;
	while (api->clients)
		api_client_destroy(api->clients);
	evconnlistener_free(api->listener);
	free(api);
}
