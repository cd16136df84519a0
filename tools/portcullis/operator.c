/* SPDX-License-Identifier: BSD-3-Clause */
#include "operator.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer_text.h"
#include "api_socket.h"

/* What the words mean, whether an identity follows them, and how the answer looks to a person. */
static const struct question {
	const char *command, *word; /* as typed; word NULL: none */
	const char *api;            /* the API's command */
	enum { NO_IMPI, MAY_IMPI, MUST_IMPI, MUST_IDENTITY /* IMPI or IMPU */ } impi;
	bool stream; /* answers come until somebody stops */
	void (*print)(const json_t *answer);
} questions[] = {
	{"status", NULL, "status", NO_IMPI, false, answer_text_status},
	{"show", "counters", "show counters", NO_IMPI, false, answer_text_counters},
	{"show", "sa", "show sa", MAY_IMPI, false, answer_text_sa},
	{"show", "ue", "show ue", MUST_IMPI, false, answer_text_ue},
	{"trace", NULL, "trace", MAY_IMPI, true, answer_text_hop},
	{"reauth", NULL, "reauth", MUST_IMPI, false, answer_text_reauth},
	{"deregister", NULL, "deregister", MUST_IDENTITY, false, answer_text_deregister},
};

static const struct question *find_question(const struct command_line *line, const char **impi)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct question *question = &questions[i];
		int words = question->word ? 1 : 0;

		if (strcmp(question->command, line->command) != 0 ||
			(question->word && (line->word_count == 0 ||
						   strcmp(question->word, line->words[0]) != 0)))
			continue;
		if (line->word_count < words + (question->impi >= MUST_IMPI) ||
			line->word_count > words + (question->impi != NO_IMPI))
			return NULL;
		*impi = line->word_count > words ? line->words[words] : NULL;
		return question;
	}
	return NULL;
}

bool operator_knows(const struct command_line *line)
{
	const char *impi;

	return find_question(line, &impi) != NULL;
}

static int send_question(FILE *api, const struct question *question, const char *impi)
{
	json_t *arguments = json_object();

	if (impi)
		json_object_set_new(arguments,
			question->impi == MUST_IDENTITY ? "identity" : "impi", json_string(impi));
	return api_socket_ask(api, question->api, arguments);
}

/* One line of the API's. 0 where its result is 0. */
static int print_answer(const struct question *question, const char *text, bool as_json)
{
	json_t *answer = json_loads(text, 0, NULL);
	int status = -EPROTO;

	if (!answer) {
		fprintf(stderr, "portcullis: the gateway's answer is no JSON\n");
		return status;
	}
	if (json_object_get(answer, "result") &&
		json_integer_value(json_object_get(answer, "result")) != 0) {
		const char *why = json_string_value(json_object_get(answer, "text"));

		fprintf(stderr, "portcullis: %s\n", why ? why : "refused");
	} else {
		status = 0;
		if (as_json)
			fputs(text, stdout);
		else
			question->print(json_object_get(answer, "arguments"));
		fflush(stdout);
	}
	json_decref(answer);
	return status;
}

int operator_ask(const struct command_line *line)
{
	const char *impi = NULL;
	const struct question *question = find_question(line, &impi);
	char *text = NULL;
	size_t size = 0;
	FILE *api;
	int status;

	api = api_socket_open(line);
	if (!api)
		return EXIT_FAILURE;
	status = send_question(api, question, impi);
	while (status == 0) {
		if (getline(&text, &size, api) < 0) {
			fprintf(stderr, "portcullis: the gateway closed the connection\n");
			status = -EPIPE;
			break;
		}
		status = print_answer(question, text, line->json);
		if (!question->stream)
			break;
	}
	free(text);
	fclose(api);
	return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
