/* SPDX-License-Identifier: BSD-3-Clause */
#include "api_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* 0, or -errno after a line. */
static int find_path(const struct command_line *line, char path[CONFIG_SOCKET_MAX])
{
	static struct config config;
	char error[CONFIG_ERROR_MAX];

	if (!line->socket) {
		if (config_load(line->config, &config, error) != 0) {
			fprintf(stderr, "%s\n", error);
			return -EINVAL;
		}
		config_wipe_keys(&config);
		strcpy(path, config.api_socket);
		return 0;
	}
	if (strlen(line->socket) >= CONFIG_SOCKET_MAX) {
		fprintf(stderr, "portcullis: --socket: longer than %d characters\n",
			CONFIG_SOCKET_MAX - 1);
		return -ENAMETOOLONG;
	}
	strcpy(path, line->socket);
	return 0;
}

FILE *api_socket_open(const struct command_line *line)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	FILE *api = NULL;
	int fd;

	if (find_path(line, address.sun_path) != 0)
		return NULL;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		api = fdopen(fd, "r+");
	if (!api) {
		fprintf(stderr, "portcullis: %s: %s; is the gateway up? (portcullis run)\n",
			address.sun_path, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return api;
}

int api_socket_ask(FILE *api, const char *command, json_t *arguments)
{
	json_t *message = json_pack("{s:s, s:o}", "command", command, "arguments", arguments);
	int status = message ? json_dumpf(message, api, JSON_COMPACT) : -1;

	json_decref(message);
	if (status == 0 && fputc('\n', api) != EOF && fflush(api) != EOF)
		return 0;
	fprintf(stderr, "portcullis: the question can not be sent\n");
	return -EIO;
}

json_t *api_socket_answer(FILE *api)
{
	char *text = NULL;
	size_t size = 0;
	json_t *answer = NULL;

	if (getline(&text, &size, api) < 0)
		fprintf(stderr, "portcullis: the gateway closed the connection\n");
	else if (!(answer = json_loads(text, 0, NULL)))
		fprintf(stderr, "portcullis: the gateway's answer is no JSON\n");
	free(text);
	return answer;
}
