/* SPDX-License-Identifier: BSD-3-Clause */
#include "sa_files.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "config_sa_read.h"
#include "secret.h"

#define ELEMENT_MAX ((size_t)16 << 10)
#define FAULTS_TOLD 20

static int send_record(FILE *api, const struct json_element *element, const struct config_sa *sa)
{
	struct sa_record record = {.line = element->line, .column = element->column};
	int status;

	memcpy(record.label, sa->label, sizeof(record.label));
	config_sa_parameters(sa, &record.sa);
	status = fwrite(&record, sizeof(record), 1, api) == 1 ? 0 : -EIO;
	secret_wipe_bytes(&record, sizeof(record));
	return status;
}

/* of_array: of the file's; otherwise a text of its own. */
static int send_element(const char *name, const struct json_element *element, bool of_array,
	FILE *api, struct sa_files_tally *tally)
{
	char error[CONFIG_ERROR_MAX], prefix[40] = "";
	struct config_sa sa;
	int status = 0;

	if (!config_sa_read_plain(element->text, element->len, &sa)) {
		if (of_array)
			snprintf(prefix, sizeof(prefix), "/" CONFIG_SA_MEMBER "/%zu",
				element->index);
		status = config_sa_read(name, element, prefix, &sa, error);
	}
	if (status == 0) {
		status = send_record(api, element, &sa);
		tally->sent++;
	} else if (tally->refused++ < FAULTS_TOLD) {
		fprintf(stderr, "%s\n", error);
	}
	secret_wipe_bytes(&sa, sizeof(sa));
	return status;
}

static int refuse_text(
	const char *name, enum json_stream_event event, const struct json_element *at)
{
	const char *why = "this is not JSON";

	if (event == JSON_STREAM_UNREAD)
		why = strerror(errno);
	else if (event == JSON_STREAM_SHAPE)
		why = "must be an object with one member, the array \"" CONFIG_SA_MEMBER "\"";
	else if (event == JSON_STREAM_CUT)
		why = "does not end, or is longer than 16384 octets";
	fprintf(stderr, "%s:%u:%u: /" CONFIG_SA_MEMBER "/%zu: %s; what is behind it was not read\n",
		name, at->line, at->column, at->index, why);
	return -EINVAL;
}

int sa_files_send_all(int fd, const char *name, FILE *api, struct sa_files_tally *tally)
{
	enum json_stream_event event;
	struct json_stream *stream;
	struct json_element element;
	int status = json_stream_open(fd, CONFIG_SA_MEMBER, ELEMENT_MAX, &stream);

	if (status != 0) {
		fprintf(stderr, "portcullis: out of memory\n");
		return status;
	}
	while ((event = json_stream_next(stream, &element)) == JSON_STREAM_ELEMENT) {
		status = send_element(name, &element, true, api, tally);
		if (status == -EIO)
			break;
		status = 0;
	}
	if (status == 0 && event != JSON_STREAM_END)
		status = refuse_text(name, event, &element);
	json_stream_close(stream);
	return status;
}

int sa_files_send_one(int fd, const char *name, FILE *api, struct sa_files_tally *tally)
{
	char text[ELEMENT_MAX];
	struct json_element element = {.text = text, .line = 1, .column = 1};
	ssize_t got = 1;
	int status;

	while (got > 0 && element.len < sizeof(text)) {
		got = read(fd, text + element.len, sizeof(text) - element.len);
		element.len += got > 0 ? (size_t)got : 0;
	}
	if (got < 0 || element.len == sizeof(text)) {
		fprintf(stderr, "%s: %s\n", name, got < 0 ? strerror(errno) : "is too long");
		status = -EINVAL;
	} else {
		status = send_element(name, &element, false, api, tally);
	}
	secret_wipe_bytes(text, sizeof(text));
	return status;
}

int sa_files_end(FILE *api)
{
	const struct sa_record end = {.line = 0};

	return fwrite(&end, sizeof(end), 1, api) == 1 && fflush(api) == 0 ? 0 : -EIO;
}
