/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_command.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api_socket.h"
#include "sa_files.h"
#include "sa_record.h"
#include "secret.h"

#define BUFFER_LEN ((size_t)128 << 10) /* toward the API: records, and so keys */

/* Its result where that is bad, after a line. */
static int result_of(const json_t *answer)
{
	int result = (int)json_integer_value(json_object_get(answer, "result"));
	const char *why = json_string_value(json_object_get(answer, "text"));

	if (result != 0)
		fprintf(stderr, "portcullis: %s\n", why ? why : "refused");
	return result;
}

static int64_t number(const json_t *arguments, const char *name)
{
	return json_integer_value(json_object_get(arguments, name));
}

static void print_failures(const char *name, const json_t *arguments)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(arguments, "failures"), i, one)
		fprintf(stderr, "%s:%" PRId64 ":%" PRId64 ": %s%s%s\n", name, number(one, "line"),
			number(one, "column"), json_string_value(json_object_get(one, "label")),
			json_string_length(json_object_get(one, "label")) > 0 ? ": " : "",
			json_string_value(json_object_get(one, "why")));
}

/* The gateway's report, with what we refused ourselves. 0 where all are installed. */
static int report(const struct command_line *line, const char *name, json_t *answer,
	const struct sa_files_tally *tally)
{
	json_t *arguments = json_object_get(answer, "arguments");
	int64_t failed = number(arguments, "failed") + (int64_t)tally->refused;
	char text[96];

	print_failures(name, arguments);
	json_object_set_new(arguments, "failed", json_integer(failed));
	snprintf(text, sizeof(text), "%" PRId64 " installed, %" PRId64 " failed",
		number(arguments, "installed"), failed);
	if (line->json) {
		json_object_set_new(answer, "text", json_string(text));
		json_object_set_new(answer, "result", json_integer(failed > 0 ? -EINVAL : 0));
		json_dumpf(answer, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (json_object_get(arguments, "spi") && tally->sent == 1) {
		printf("%s, SPI %" PRId64 "\n", text, number(arguments, "spi"));
	} else {
		puts(text);
	}
	return failed > 0 ? -EINVAL : 0;
}

static int send_records(int fd, const char *name, bool one, FILE *api, struct sa_files_tally *tally)
{
	int status = one ? sa_files_send_one(fd, name, api, tally)
			 : sa_files_send_all(fd, name, api, tally);

	/* What is on its way is to be told of, whatever ended the text. */
	if (status != -EIO && sa_files_end(api) != 0)
		status = -EIO;
	return status;
}

static int give(const struct command_line *line, int fd, const char *name, FILE *api)
{
	struct sa_files_tally tally = {0};
	json_t *answer;
	int status = api_socket_ask(
		api, "sa import", json_pack("{s:i}", "record", (int)sizeof(struct sa_record)));

	if (status != 0)
		return status;
	answer = api_socket_answer(api);
	status = answer ? result_of(answer) : -EIO;
	json_decref(answer);
	if (status != 0)
		return status;
	status = send_records(fd, name, strcmp(line->words[0], "add") == 0, api, &tally);
	answer = api_socket_answer(api);
	if (!answer)
		return -EIO;
	if (report(line, name, answer, &tally) != 0)
		status = -EINVAL;
	json_decref(answer);
	return status;
}

static int open_and_give(const struct command_line *line)
{
	const char *name = line->word_count > 1 ? line->words[1] : "-";
	bool is_input = strcmp(name, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC), status;
	char *buffer = malloc(BUFFER_LEN);
	FILE *api;

	if (fd < 0 || !buffer) {
		fprintf(stderr, "portcullis: %s: %s\n", name, strerror(errno));
		free(buffer);
		return -errno;
	}
	signal(SIGPIPE, SIG_IGN);
	api = api_socket_open(line);
	status = api ? 0 : -EIO;
	if (api) {
		setvbuf(api, buffer, _IOFBF, BUFFER_LEN);
		status = give(line, fd, is_input ? "(standard input)" : name, api);
		fclose(api);
	}
	secret_wipe_bytes(buffer, BUFFER_LEN);
	free(buffer);
	if (!is_input)
		close(fd);
	return status;
}

static json_t *filter_of(const struct command_line *line)
{
	json_t *filter = json_object();

	if (line->label)
		json_object_set_new(filter, "label", json_string(line->label));
	if (line->direction)
		json_object_set_new(filter, "direction", json_string(line->direction));
	if (line->address)
		json_object_set_new(filter, "address", json_string(line->address));
	if (line->spi)
		json_object_set_new(filter, "spi", json_integer(line->spi));
	return filter;
}

static void print_end(const json_t *sa, const char *address, const char *port)
{
	char text[80];
	int64_t value = number(sa, port);

	snprintf(text, sizeof(text), "%.56s:%s%.0" PRId64,
		json_string_value(json_object_get(sa, address)), value ? "" : "*", value);
	printf(" %-24s", text);
}

static void print_sa(const json_t *sa)
{
	const char *label = json_string_value(json_object_get(sa, "label"));

	printf("%-8s %10" PRId64 "  %-13s", json_string_value(json_object_get(sa, "direction")),
		number(sa, "spi"), json_string_value(json_object_get(sa, "algorithm")));
	print_end(sa, "local", "local_port");
	print_end(sa, "remote", "remote_port");
	if (json_object_get(sa, "packets"))
		printf(" %12" PRId64 " %14" PRId64, number(sa, "packets"), number(sa, "octets"));
	else
		printf(" %12s %14s", "?", "?"); /* the data plane did not say */
	printf("  %s\n", label ? label : "");
}

/* One page; with --json all pages together are one answer. context: bool, is any printed? */
static void print_page(const struct command_line *line, const json_t *arguments, void *context)
{
	bool *any = context;
	json_t *sas = json_object_get(arguments, "sas"), *sa;
	size_t i;

	json_array_foreach(sas, i, sa)
	{
		if (line->json) {
			fputs(*any ? ",\n" : "\n", stdout);
			json_dumpf(sa, stdout, JSON_COMPACT);
		} else {
			print_sa(sa);
		}
		*any = true;
	}
}

/* Page by page; each page's arguments go to see. 0, or -errno after a line. */
static int ask_pages(const struct command_line *line, const char *command,
	void (*see)(const struct command_line *line, const json_t *arguments, void *context),
	void *context)
{
	FILE *api = api_socket_open(line);
	json_t *next = NULL;
	int status = api ? 0 : -EIO;

	while (status == 0) {
		json_t *filter = filter_of(line), *answer;

		if (next)
			json_object_set_new(filter, "after", next);
		next = NULL;
		status = api_socket_ask(api, command, filter);
		answer = status == 0 ? api_socket_answer(api) : NULL;
		status = answer ? result_of(answer) : -EIO;
		if (status == 0) {
			json_t *arguments = json_object_get(answer, "arguments");

			see(line, arguments, context);
			next = json_incref(json_object_get(arguments, "next"));
		}
		json_decref(answer);
		if (!next)
			break;
	}
	if (api)
		fclose(api);
	return status;
}

static int list(const struct command_line *line)
{
	bool any = false;
	int status;

	if (line->json)
		fputs("{\"arguments\":{\"sas\":[", stdout);
	else
		printf("%-8s %10s  %-13s %-24s %-24s %12s %14s  %s\n", "", "SPI", "algorithm",
			"local", "remote", "packets", "octets", "label");
	status = ask_pages(line, "sa list", print_page, &any);
	if (line->json)
		printf("]},\"result\":%d,\"text\":\"%s\"}\n", status == 0 ? 0 : 1,
			status == 0 ? "SAs" : "the list ends before its end");
	return status;
}

static void see_deleted(const struct command_line *line, const json_t *arguments, void *context)
{
	(void)line;
	*(int64_t *)context += number(arguments, "deleted");
}

static int delete (const struct command_line *line)
{
	int64_t count = 0;
	int status = ask_pages(line, "sa delete", see_deleted, &count);

	if (status != 0)
		return status;
	printf(line->json ? "{\"result\":0,\"text\":\"deleted\",\"arguments\":{\"deleted\":%" PRId64
			    "}}\n"
			  : "%" PRId64 " deleted\n",
		count);
	return 0;
}

int sa_command_run(const struct command_line *line)
{
	int status;

	if (strcmp(line->words[0], "list") == 0)
		status = list(line);
	else if (strcmp(line->words[0], "delete") == 0)
		status = delete (line);
	else
		status = open_and_give(line);
	return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool sa_command_knows(const struct command_line *line)
{
	const char *word = line->word_count > 0 ? line->words[0] : "";

	if (strcmp(line->command, "sa") != 0)
		return false;
	if (strcmp(word, "import") == 0)
		return line->word_count == 2;
	if (strcmp(word, "add") == 0)
		return line->word_count <= 2;
	return (strcmp(word, "list") == 0 || strcmp(word, "delete") == 0) && line->word_count == 1;
}
