/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_output.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "answer_text.h"
#include "cx_identity.h"
#include "provision_export.h"
#include "subscriber_find.h"

int subscriber_output_all(const struct command_line *line, struct subscriber_store *store,
	struct store *state, FILE *out)
{
	return provision_export(store, state, line->with_keys, out);
}

/* An IMPU stands for the IMPI that it belongs to. */
static int find(struct subscriber_store *store, const char *name, char impi[SUBSCRIBER_NAME_MAX])
{
	char impu[SUBSCRIBER_NAME_MAX];

	if (strlen(name) >= SUBSCRIBER_NAME_MAX)
		return -ENOENT;
	strcpy(impi, name);
	if (cx_identity_impu(name, strlen(name), impu, sizeof(impu)) != 0)
		return 0;
	return subscriber_find_owner(store, impu, impi);
}

static int print(const struct command_line *line, const char *text, FILE *out)
{
	json_t *subscriber;

	if (line->json) {
		fprintf(out, "{\"result\":0,\"text\":\"\",\"arguments\":%s}\n", text);
		return 0;
	}
	subscriber = json_loads(text, 0, NULL);
	if (!subscriber)
		return -ENOMEM;
	answer_text_subscriber(subscriber);
	json_decref(subscriber);
	return 0;
}

int subscriber_output_one(const struct command_line *line, struct subscriber_store *store,
	struct store *state, FILE *out)
{
	char impi[SUBSCRIBER_NAME_MAX];
	char *text = NULL;
	size_t len;
	FILE *memory = open_memstream(&text, &len);
	int status = memory ? find(store, line->words[1], impi) : -ENOMEM;

	if (status == 0)
		status = provision_export_one(store, state, impi, memory);
	if (memory && fclose(memory) != 0 && status == 0)
		status = -ENOMEM;
	if (status == 0)
		status = print(line, text, out);
	if (status != 0)
		fprintf(stderr, "portcullis: %s\n",
			status == -ENOENT ? "no subscriber has this IMPI or IMPU"
					  : "the store failed");
	free(text);
	return status;
}
