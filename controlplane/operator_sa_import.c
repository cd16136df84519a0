/* SPDX-License-Identifier: BSD-3-Clause */
/* "sa import": SAs as records (sa_record.h) behind the question. What can not be installed is
 * counted, and the first ones are told with the place that they came from; the others are live. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "operator_manual_sa.h"

#define FAILURES_TOLD 20

_Static_assert(sizeof(struct sa_record) <= API_RECORD_MAX, "a record of the API's");

/* One import, until it is answered and the last of its SAs is acknowledged. */
struct import {
	struct api_records records;
	struct manual_sa_giver giver;
	struct manual_sas *sas;
	uint64_t taken, installed, failed;
	bool ended;
	int status;       /* the first that is not 0 */
	uint32_t spi;     /* of the last one that was installed */
	json_t *failures; /* the first FAILURES_TOLD */
};

static struct import *of_records(struct api_records *records)
{
	return (struct import *)((char *)records - offsetof(struct import, records));
}

static struct import *of_giver(struct manual_sa_giver *giver)
{
	return (struct import *)((char *)giver - offsetof(struct import, giver));
}

static void free_import(struct import *import)
{
	manual_sas_leave(import->sas, &import->giver);
	json_decref(import->failures);
	free(import);
}

static void answer_at_end(struct import *import)
{
	char text[96];
	json_t *answer;

	if (!import->ended || import->installed + import->failed < import->taken)
		return;
	snprintf(text, sizeof(text), "%llu installed, %llu failed",
		(unsigned long long)import->installed, (unsigned long long)import->failed);
	answer = json_pack("{s:I, s:I, s:O}", "installed", (json_int_t)import->installed, "failed",
		(json_int_t)import->failed, "failures", import->failures);
	if (answer && import->installed == 1)
		json_object_set_new(answer, "spi", json_integer((json_int_t)import->spi));
	api_records_answer(&import->records, import->status, text, answer);
	free_import(import);
}

static void fail(
	struct import *import, uint64_t place, const char *label, int status, const char *why)
{
	import->failed++;
	if (import->status == 0)
		import->status = status;
	if (json_array_size(import->failures) < FAILURES_TOLD)
		json_array_append_new(import->failures,
			json_pack("{s:I, s:I, s:o, s:s}", "line", (json_int_t)(place >> 32),
				"column", (json_int_t)(uint32_t)place, "label",
				operator_text(label), "why", why));
}

static void added(
	struct manual_sa_giver *giver, uint64_t place, const struct manual_sa *sa, int status)
{
	struct import *import = of_giver(giver);

	if (status != 0) {
		fail(import, place, sa->label, status, manual_sas_why(status));
	} else {
		import->installed++;
		import->spi = sa->spi;
	}
	answer_at_end(import);
}

static void room(struct manual_sa_giver *giver)
{
	api_records_resume(&of_giver(giver)->records);
}

static bool take(struct api_records *records, const void *octets)
{
	struct import *import = of_records(records);
	const struct sa_record *record = octets;
	uint64_t place = (uint64_t)record->line << 32 | record->column;
	const char *why = "";
	int status;

	if (place == 0) {
		import->ended = true;
		answer_at_end(import);
		return true;
	}
	import->taken++;
	if (!memchr(record->label, '\0', sizeof(record->label))) {
		fail(import, place, "", -EINVAL, "the label does not end");
		return true;
	}
	status = manual_sas_add(
		import->sas, record->label, &record->sa, &import->giver, place, &why);
	if (status == -EAGAIN) {
		import->taken--;
		return false;
	}
	if (status != 0)
		fail(import, place, record->label, status, why);
	return true;
}

static void gone(struct api_records *records)
{
	free_import(of_records(records));
}

void operator_manual_sa_import(void *context, struct api_client *client, const json_t *arguments)
{
	struct operator_desk *desk = context;
	const json_t *record = json_object_get(arguments, "record");
	struct import *import;

	if (!operator_is_up(desk, client))
		return;
	if (!json_is_integer(record) || json_integer_value(record) != sizeof(struct sa_record) ||
		json_object_size(arguments) != 1) {
		api_answer(client, -EPROTO,
			"this gateway runs another version: use the command of its own build",
			NULL);
		return;
	}
	import = calloc(1, sizeof(*import));
	if (!import) {
		api_answer(client, -ENOMEM, "out of memory", NULL);
		return;
	}
	import->records = (struct api_records){
		.record_len = sizeof(struct sa_record), .take = take, .gone = gone};
	import->giver = (struct manual_sa_giver){.added = added, .room = room};
	import->sas = desk->view.roles->manual_sas;
	import->failures = json_array();
	api_records_open(client, &import->records, "records");
}
