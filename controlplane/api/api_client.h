/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection to the API: lines in, lines out, both bounded. */
#pragma once

#include <event2/util.h>

#include "api.h"

struct api_client {
	struct api *api;
	struct api_client *next, *previous;
	struct bufferevent *buffer;
	struct api_stream *stream;   /* NULL: it asks and is answered */
	struct api_later *later;     /* NULL: no answer is owed */
	struct api_records *records; /* NULL: lines are awaited */
	bool answered;               /* this question */
	bool closing;                /* once what has been written is out */
};

/* Takes the socket. 0 or -ENOMEM (the socket is closed then). */
int api_client_create(struct api *api, struct event_base *base, evutil_socket_t fd,
	struct api_client **out) __attribute__((warn_unused_result));

/* Frees it; its stream, or who owes it an answer, hears of it. */
void api_client_destroy(struct api_client *client);

/* What has come meanwhile is looked at, but not from in here. */
void api_client_read_on(struct api_client *client);

/* Of api_records.c: takes what can be taken now; overwrites what is left when the client goes. */
void api_records_read(struct api_client *client);
void api_records_wipe(struct api_client *client);

/* Of api.c. */
const struct api_command *api_find_command(const struct api *api, const char *name);
void api_forget_client(struct api *api, struct api_client *client);
