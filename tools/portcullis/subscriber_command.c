/* SPDX-License-Identifier: BSD-3-Clause */
#include "subscriber_command.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directories.h"
#include "service_user.h"
#include "subscriber_files.h"
#include "subscriber_output.h"

static int import(const struct command_line *line, const struct config *config)
{
	const char *name = line->words[1];
	int fd = open(name, O_RDONLY | O_CLOEXEC), status;
	uint64_t count;

	if (fd < 0) {
		fprintf(stderr, "portcullis: %s: %s\n", name, strerror(errno));
		return -errno;
	}
	status = directories_make_state(config);
	if (status == 0)
		status = service_user_enter(config->user);
	if (status == 0)
		status = subscriber_files_import(config, fd, name,
			line->replace ? SUBSCRIBER_WRITE_REPLACE : SUBSCRIBER_WRITE_MERGE, NULL,
			&count);
	close(fd);
	if (status == 0)
		printf(line->json ? "{\"result\":0,\"text\":\"imported\",\"arguments\":{"
				    "\"imported\":%" PRIu64 "}}\n"
				  : "%" PRIu64 " subscribers imported\n",
			count);
	return status;
}

static int is_there(const struct config *config)
{
	struct stat directory;

	if (stat(config->state_directory, &directory) == 0)
		return 0;
	fprintf(stderr, "portcullis: state_directory %s: %s; nothing was imported yet\n",
		config->state_directory, strerror(errno));
	return -errno;
}

static int with_stores(const struct command_line *line, const struct config *config,
	int (*look)(const struct command_line *line, struct subscriber_store *store,
		struct store *state, FILE *out),
	FILE *out)
{
	struct subscriber_store *store;
	struct store *state;
	int status = is_there(config);

	if (status == 0)
		status = service_user_enter(config->user);
	if (status != 0)
		return status;
	status = subscriber_files_open(config, &store);
	if (status != 0)
		goto leave;
	status = subscriber_files_open_state(config, &state);
	if (status == 0) {
		status = look(line, store, state, out);
		store_close(state);
	}
	subscriber_store_close(store);
leave:
	service_user_leave();
	return status;
}

/* Beside its place, and there in one step: readable for its owner only, whatever lay there. */
static int export_to(const struct command_line *line, const struct config *config, const char *name)
{
	char part[CONFIG_PATH_MAX];
	int len = snprintf(part, sizeof(part), "%s.part", name), fd, status;
	FILE *out;

	if (len < 0 || (size_t)len >= sizeof(part)) {
		fprintf(stderr, "portcullis: the file's name is too long\n");
		return -ENAMETOOLONG;
	}
	unlink(part);
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!out) {
		status = -errno;
		fprintf(stderr, "portcullis: %s: %s\n", part, strerror(errno));
		if (fd >= 0)
			close(fd);
		return status;
	}
	status = with_stores(line, config, subscriber_output_all, out);
	if (status == 0 && fsync(fd) != 0)
		status = -errno;
	if (fclose(out) != 0 && status == 0)
		status = -errno;
	if (status == 0 && rename(part, name) != 0)
		status = -errno;
	if (status != 0) {
		fprintf(stderr, "portcullis: %s: %s\n", name, strerror(-status));
		unlink(part);
	}
	return status;
}

static int export(const struct command_line *line, const struct config *config)
{
	int status;

	if (line->word_count == 2)
		return export_to(line, config, line->words[1]);
	if (line->with_keys) {
		fprintf(stderr, "portcullis: --with-keys needs a FILE; it is made for its owner's "
				"eyes only (mode 0600)\n");
		return -EINVAL;
	}
	status = with_stores(line, config, subscriber_output_all, stdout);
	if (status != 0)
		fprintf(stderr, "portcullis: the export failed: %s\n", strerror(-status));
	return status;
}

int subscriber_command_run(const struct command_line *line)
{
	const char *word = line->word_count > 0 ? line->words[0] : "";
	static struct config config;
	char error[CONFIG_ERROR_MAX];
	int status = -EINVAL;

	if (config_load(line->config, &config, error) != 0) {
		fprintf(stderr, "%s\n", error);
		return EXIT_FAILURE;
	}
	umask(077);
	if (strcmp(word, "import") == 0)
		status = import(line, &config);
	else if (strcmp(word, "export") == 0)
		status = export(line, &config);
	else if (strcmp(word, "show") == 0)
		status = with_stores(line, &config, subscriber_output_one, stdout);
	return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool subscriber_command_knows(const struct command_line *line)
{
	const char *word = line->word_count > 0 ? line->words[0] : "";

	if (strcmp(line->command, "subscriber") != 0)
		return false;
	if (strcmp(word, "import") == 0)
		return line->word_count == 2 && !line->with_keys;
	if (strcmp(word, "export") == 0)
		return line->word_count <= 2 && !line->replace && !line->json;
	return strcmp(word, "show") == 0 && line->word_count == 2 && !line->with_keys &&
	       !line->replace;
}
