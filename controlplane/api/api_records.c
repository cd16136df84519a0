/* SPDX-License-Identifier: BSD-3-Clause */
/* Octets behind a question. The buffers that they lie in are libevent's: what was a key is
 * overwritten there before they go back. */
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "api_client.h"

#define PIECES_MAX 8

static void overwrite(struct evbuffer *input, size_t len)
{
	struct evbuffer_iovec pieces[PIECES_MAX];
	int count = evbuffer_peek(input, (ev_ssize_t)len, NULL, pieces, PIECES_MAX);

	for (int i = 0; i < count && i < PIECES_MAX; i++) {
		size_t here = pieces[i].iov_len < len ? pieces[i].iov_len : len;

		explicit_bzero(pieces[i].iov_base, here);
		len -= here;
	}
}

void api_records_open(struct api_client *client, struct api_records *records, const char *text)
{
	api_answer(client, 0, text, NULL);
	client->records = records;
	records->client = client;
}

void api_records_resume(struct api_records *records)
{
	if (!records->client)
		return;
	bufferevent_enable(records->client->buffer, EV_READ);
	api_client_read_on(records->client);
}

void api_records_answer(
	struct api_records *records, int result, const char *text, json_t *arguments)
{
	struct api_client *client = records->client;

	records->client = NULL;
	client->records = NULL;
	api_answer(client, result, text, arguments);
	/* What has been read meanwhile is a question. */
	api_client_read_on(client);
}

void api_records_read(struct api_client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->buffer);
	uint8_t record[API_RECORD_MAX];

	while (client->records) {
		struct api_records *records = client->records;
		size_t len = records->record_len;
		bool taken;

		if (evbuffer_get_length(input) < len ||
			evbuffer_copyout(input, record, len) != (ev_ssize_t)len)
			break;
		taken = records->take(records, record);
		explicit_bzero(record, len);
		if (!taken) {
			/* While it reads, libevent calls again and again for a full buffer. */
			bufferevent_disable(client->buffer, EV_READ);
			break;
		}
		overwrite(input, len);
		evbuffer_drain(input, len);
	}
}

void api_records_wipe(struct api_client *client)
{
	struct evbuffer *input = bufferevent_get_input(client->buffer);
	size_t len;

	while ((len = evbuffer_get_length(input)) > 0) {
		len = len < API_RECORD_MAX ? len : API_RECORD_MAX;
		overwrite(input, len);
		evbuffer_drain(input, len);
	}
}
